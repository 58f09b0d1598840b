-- What is to be sent in the order of its time, one of each place at once; see bot.store.state.outbox.

CREATE INDEX delivery_due ON delivery (due_at, id, free_at, channel)
    WHERE state IN ('claimed', 'sending');
CREATE INDEX delivery_channel ON delivery (channel, free_at, owner) WHERE state IN ('claimed', 'sending');
CREATE INDEX notice_due ON notice (due_at, id, free_at, place) WHERE state IN ('claimed', 'sending');
CREATE INDEX notice_place ON notice (place, free_at, owner) WHERE state IN ('claimed', 'sending');
