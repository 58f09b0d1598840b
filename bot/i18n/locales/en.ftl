# English: every sentence that people read, grouped by feature. CONTRIBUTING.md explains how to change a sentence or
# add a language. { $count } is a number. All other fields are text, unless a comment says otherwise.

## Commands, their options and choices: names (32 characters, lower case) and descriptions (at most 100)

command-search = Search articles and their comments
    .name = search
menu-find = Find in the archive
option-query = Words, "exact phrase", -without, one OR other, begin*
    .name = query
option-in = Where to look (default: articles and comments)
    .name = in
option-source = Only articles from this site
    .name = source
option-author = Only articles or comments by this person
    .name = author
option-after = On or after: 2024, 2024-03-12, 3 days ago
    .name = after
option-before = Before: 2024, 2024-03-12, 3 days ago
    .name = before
choice-articles = articles
choice-comments = comments
choice-articles-and-comments = articles and comments

## Shared by many cards

button-follow = Follow
button-share = Share
threads = { $count ->
    [one] 1 thread
   *[other] { $count } threads
}
comments = { $count ->
    [one] 1 comment
   *[other] { $count } comments
}
# $range is a number or two, such as 6–10.
items-shown = { $range } of { $total }
items-shown-of-more = { $range } of more than { $total }
# $threads is the message "threads"; $first and $last are years.
archive-size-years = { $threads }, { $first } to { $last }
archive-size-year = { $threads }, { $first }

## Errors: what is wrong, where, and what to do

## Search

search-heading = { $count ->
    [one] **1 thread for { $query }**
   *[other] **{ $count } threads for { $query }**
}
search-heading-more = **More than { $count } threads for { $query }**
search-heading-respelt = No threads for { $query }. { $count ->
    [one] Showing **1 for { $instead }**
   *[other] Showing **{ $count } for { $instead }**
}
search-quoted = “{ $query }”
search-order-relevance = best matches first
search-order-newest = newest first
search-order-score = highest score first
search-only-articles = articles only
search-only-comments = comments only
search-from-source = from { $source }
search-by-author = by { $author }
search-since = since { $day }
search-before = before { $day }
search-all-words = { $count ->
    [0] none has every word
    [one] only the first has every word
   *[other] the first { $count } have every word
}
search-nothing = Nothing about { $query } in this archive ({ $size }).
search-nothing-narrowed = Nothing found for { $query } ({ $filters }). This archive has { $size }.
search-everything = Search everything
search-newest = Newest
search-best = Best first
search-only-comments-button = Only comments
search-articles-too = Everything
search-jump = Jump to…
search-open = Open…
search-hit-article = Article
search-hit-comment = Comment
search-also-in-comments = { $count ->
    [one] also in 1 comment
   *[other] also in { $count } comments
}
search-mentioned = { $count ->
    [one] **In the archive** · 1 article
   *[other] **In the archive** · { $count } articles
}
search-help =
    ### Searching
    Search looks in headlines, articles and comments. Words can stand in any order and with any ending. Each thread is listed once, with its best excerpt. Threads with every word come first.
    `"rail yard"` these words next to each other
    `market -fish` without a word
    `market -"rail yard"` without a phrase
    `tram OR gulls` either word, also `tram | gulls`
    `stall*` words that begin with these letters
    `rail-yard` joined words count as a phrase
    {"**"}Options** narrow a search: `in` articles or comments, `source` for a site, `author` for whoever posted the article or wrote the comment, `after` (from that day on) and `before`, such as 2024, 2024-03-12, 12 Mar 2024 or 3 days ago. Press **Newest** to sort the same results by date.
    -# Accents and capitals do not matter. Chinese, Japanese and Korean need no spaces. If a word appears nowhere, its nearest spelling is searched instead and the results say so; numbers are never changed.
