-- Words with letters such as ł are also looked up by their plain spelling: forms of the language ''. The next
-- load reads all words of the index again, in steps, see bot.store.search.statistics.

UPDATE knowledge SET heard = json_set(heard, '$.words', 1) WHERE heard <> '{}';
