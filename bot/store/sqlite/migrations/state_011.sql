-- Closed rows by age, for deleting the oldest; and the threads of a notice.

CREATE INDEX delivery_closed ON delivery (due_at) WHERE state NOT IN ('claimed', 'sending');
CREATE INDEX notice_closed ON notice (due_at) WHERE state NOT IN ('claimed', 'sending');
CREATE INDEX post_closed ON post (due_at) WHERE state NOT IN ('claimed', 'sending');
DROP INDEX post_gone;
CREATE INDEX followed_notice ON followed_article (notice);
CREATE INDEX posted_delivery ON delivery_article (delivery);
