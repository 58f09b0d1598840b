-- More languages are identified: from which article on the next load identifies them again, in steps, see
-- bot.store.search.statistics.

UPDATE knowledge SET heard = json_set(heard, '$.languages', 0) WHERE heard <> '{}';
