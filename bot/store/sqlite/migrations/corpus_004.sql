-- Rejections and the problems of loads as a message of the catalogue, in JSON: {"id": ..., "fields": {...}}.
-- Texts stored before are only in English.

ALTER TABLE rejection ADD COLUMN message TEXT;
ALTER TABLE load ADD COLUMN problem_message TEXT;
UPDATE load SET problem_message = '{"id":"load-problem-interrupted","fields":{}}'
    WHERE problem = 'The process that ran this load ended before it was done. It can be resumed where it was.';
