-- Messages that were not sent, by when that was settled; see bot.store.state.overview.

CREATE INDEX delivery_failed ON delivery (free_at) WHERE state IN ('failed', 'missed');
CREATE INDEX notice_failed ON notice (free_at) WHERE state = 'failed';
CREATE INDEX post_failed ON post (free_at) WHERE state = 'failed';
