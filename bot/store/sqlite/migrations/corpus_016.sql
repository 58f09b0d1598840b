-- Digits of other scripts are also looked up as 0 to 9: they are forms of the language '' now. The next load reads
-- all words of the index again, in steps, see bot.store.search.statistics.

UPDATE knowledge SET heard = json_set(heard, '$.words', 1) WHERE heard <> '{}';
