-- Posts that are not there any more, by when that was known.

CREATE INDEX post_gone ON post (due_at) WHERE state = 'missed';
