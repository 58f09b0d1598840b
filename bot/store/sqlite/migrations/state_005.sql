-- Digests in forums and threads, known again when they are loaded again.

-- What is made in the channel: a message, one with a thread on it, or a forum's post.
ALTER TABLE delivery ADD COLUMN target TEXT NOT NULL DEFAULT 'channel';
-- What an article has in common with its copies, and with itself loaded again after an undo.
ALTER TABLE delivery_article ADD COLUMN same TEXT NOT NULL DEFAULT '';
-- Whether a moderator knows that it has paused itself.
ALTER TABLE schedule ADD COLUMN told INTEGER NOT NULL DEFAULT 1;
CREATE INDEX schedule_untold ON schedule (id) WHERE told = 0;
