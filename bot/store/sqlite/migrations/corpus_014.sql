-- Lists of a subreddit by time, and counts of articles by what they can be browsed by, without their texts.

CREATE INDEX article_place ON article (subreddit COLLATE NOCASE, posted_at, flair, source, over_18)
    WHERE title IS NOT NULL;
