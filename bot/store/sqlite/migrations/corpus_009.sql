-- Longer beginnings of words are found without an index of their own, which was a tenth of a load of articles.

DROP TABLE title_fts;
CREATE VIRTUAL TABLE title_fts USING fts5 (
    title, content='article_text', content_rowid='id', prefix='1 2 3 4', detail=none, columnsize=0,
    tokenize="unicode61 remove_diacritics 2"
);
INSERT INTO title_fts (title_fts, rank) VALUES ('hashsize', 16777216);
INSERT INTO title_fts (title_fts) VALUES ('rebuild');
