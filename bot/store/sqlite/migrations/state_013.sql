-- How often loads had changed the words of a thread when it was posted; NULL for posts of earlier versions.

ALTER TABLE post_article ADD COLUMN rewritten INTEGER;
