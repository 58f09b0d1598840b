-- New articles have no rows before search learns them: only where those begin is stored, instead of two rows for each
-- article of a load.

ALTER TABLE archive ADD COLUMN next_learnt INTEGER NOT NULL DEFAULT 1; -- the first article that is not learnt
UPDATE archive SET next_learnt = next_article;
DROP TRIGGER article_new;
DROP TRIGGER story_new;
-- Loads now know which articles are certainly in English, and only others are identified.
UPDATE article SET language = NULL WHERE language = 'en' AND id IN (SELECT id FROM signature WHERE terms IS NULL);
