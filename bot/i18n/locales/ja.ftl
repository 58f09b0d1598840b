# Japanese. Style: です・ます; labels and states end in nouns. A space stands between Japanese and letters, digits or
# commands, as in CLDR's units (3 時間), none next to punctuation and quotation marks.
# Glossary (English = Japanese)
# article = 記事
# thread (an article with its comments) = スレッド
# thread (Discord's) = スレッド
# comment = コメント
# comment digest, what people say = みんなの声
# digest (the scheduled post) = ダイジェスト
# run (of a digest) = 投稿、回
# quiet hours = 休止時間帯
# archive = アーカイブ; a .zip = 圧縮ファイル
# load = 取り込み、取り込む
# dump = ダンプ
# receipt = 取り込み結果
# drop folder = 受け渡しフォルダー
# undo = 元に戻す; undone = 元に戻し済み
# follow = フォロー
# catch-up = 前回からの新着
# source, site = 配信元、サイト
# author = 投稿者
# commenter = コメント投稿者
# moderator = モデレーター
# member = メンバー
# server = サーバー
# channel = チャンネル
# forum = フォーラム; a post in it = 投稿
# role = ロール
# permission = 権限: チャンネルを見る、メッセージを送信、スレッドでメッセージを送信、投稿を作成、公開スレッドの作成、
#     メッセージ履歴を読む、サーバー管理、スレッドの管理
# direct message = DM
# button = ボタン
# message = メッセージ; a message posted for everyone = 投稿
# settings = 設定
# mention = メンション
# slash command = スラッシュコマンド
# quote = 引用; word for word = 原文のまま
# summary = 要約
# headline = 見出し
# score, points = ポイント
# passage = 箇所
# rejected = 取り込み不可; left out = 対象外
# operator = 運営者
# language model = 言語モデル
# age-restricted channel = 年齢制限チャンネル; 18+ = 18+

## Commands, their options and choices: names (32 characters, lower case) and descriptions (at most 100)

command-article = 記事を読む、投稿する
    .name = 記事
command-article-post = 記事を全員に見えるように投稿する
    .name = 投稿
command-article-random = 記事をランダムに 1 本表示する
    .name = ランダム
command-article-related = 関連する記事を探す
    .name = 関連
command-article-show = 記事の概要を表示する
    .name = 表示
command-article-timeline = ニュースの経過とスレッドを見る
    .name = 経過
command-article-summary = 記事の要約を読む
    .name = 要約
option-title = タイトルの一部を入力し、候補から選択
    .name = タイトル
option-length = 要約の長さ
    .name = 長さ
choice-length-short = 短め（3 文）
choice-length-medium = ふつう（6 文）
choice-length-long = 長め（12 文）
option-channel-to-post = 投稿先（既定：このチャンネル）
option-thread = 記事のスレッドも作成する
    .name = スレッド
command-catchup = 前回からの新着を見る
    .name = 新着
command-comments = 記事へのコメントを読む
    .name = コメント
command-comments-digest = 記事についてのみんなの声を見る
    .name = みんなの声
command-comments-list = 記事のコメントを読む
    .name = 一覧
option-sort = コメントの並び順
    .name = 並び順
option-hide-bots = ボットのコメントを除く
    .name = ボット除外
option-one-thread = このスレッドだけを表示し、ほかのスレッドを除く
    .name = このスレッドだけ
command-digest = アーカイブの記事を定期的に投稿する
    .name = ダイジェスト
command-digest-create = ダイジェストを作成する（先にプレビューを表示）
    .name = 作成
command-digest-delete = ダイジェストを削除する（投稿済みのものは残ります）
    .name = 削除
command-digest-edit = ダイジェストを変更する（先にプレビューを表示）
    .name = 編集
command-digest-history = ダイジェストの最近の投稿をリンク付きで見る
    .name = 履歴
command-digest-list = このサーバーのダイジェストの一覧を見る
    .name = 一覧
command-digest-pause = ダイジェストを再開するまで一時停止する
    .name = 一時停止
command-digest-resume = 一時停止中のダイジェストを再開する
    .name = 再開
command-digest-run = 予定とは別に、ダイジェストを今すぐ投稿する
    .name = 実行
command-digest-show = ダイジェストの設定と状態を見る
    .name = 表示
command-digest-why = 記事が投稿された理由、見送られた理由を見る
    .name = 理由
option-digest = 対象のダイジェスト
    .name = ダイジェスト
option-when = 投稿の頻度
    .name = 頻度
option-what = 投稿する内容
    .name = 内容
option-query-of-digest = 検索する語、配信元、またはサブレディット
option-channel-of-digest = 投稿先（既定：ダイジェスト用チャンネル、なければここ）
option-at = 現地時刻。例：8:30（既定：08:00）
    .name = 時刻
option-at-of-post = 投稿の時刻。例：2024-03-12 08:00
option-day = 毎週：曜日（monday～sunday）、毎月：1～31
    .name = 日
option-cron = cron の 5 項目。例：30 8 * * 1-5
    .name = cron
option-zone-of-digest = 例：Asia/Tokyo（既定：サーバーの設定）
option-count = 記事の数の上限（既定：5）
    .name = 件数
option-style = 各記事の見せ方
    .name = 表示形式
option-days = 「話題の記事」の対象：過去 N 日間（0：全期間）
    .name = 日数
option-late = 予定を逃したとき、何時間後まで投稿するか（0：見送る）
    .name = 遅延
option-skip-empty = 新着がないときは投稿しない
    .name = 新着なしは省略
option-quiet = 投稿しない時間帯：22:00-7:00 など。なしは off
    .name = 休止時間帯
option-thread-on-digest = 投稿ごとにスレッドを作成する
option-tag = フォーラムの投稿に付けるタグ
    .name = タグ
option-article = この記事が投稿された理由、見送られた理由
    .name = 記事
option-topic = 検索する語
    .name = 話題
choice-daily = 毎日
choice-weekdays = 月曜日～金曜日
choice-weekly = 毎週
choice-monthly = 毎月
choice-cron = cron（上級者向け）
choice-newest = 前回からの新着
choice-on-this-day = 過去の同じ日の記事
choice-most-discussed = 話題の記事
choice-search = 検索の新着
choice-source = 配信元の新着
choice-subreddit = サブレディットの新着
choice-random = ランダム
choice-headlines = 見出し
choice-summaries = 要約
choice-comment-digests = みんなの声
command-follow = 新しい記事やコメントの通知を受け取る
    .name = フォロー
command-follow-add = 検索をフォローする（自分用またはチャンネル用）
    .name = 追加
command-follow-digest = ダイジェストを好きな時間に DM で受け取る
    .name = ダイジェスト
option-channel = 自分ではなく、このチャンネルに通知する
    .name = チャンネル
command-follow-list = フォローを確認、ミュート、解除する
    .name = 一覧
command-follow-remove = フォローを解除する
    .name = 解除
option-follow = 解除するフォロー
    .name = フォロー
command-privacy = 自分のデータを確認する・消去を依頼する
    .name = プライバシー
command-privacy-mine = 自分について保存されているデータを見る・削除する
    .name = 自分のデータ
command-privacy-policy = この bot のプライバシーポリシーを読む
    .name = ポリシー
command-privacy-request = 投稿者として消去を依頼する
    .name = 依頼
option-author-to-request = 投稿に使った名前（アーカイブの表示どおり）
option-note = 本人確認の手がかりになること
    .name = メモ
command-archive-forget = 投稿者の文章と名前を完全に消去する
    .name = 消去
option-author-to-forget = アーカイブに表示されている名前
command-archive = このサーバーのアーカイブに記事を取り込む
    .name = アーカイブ
command-archive-load = ファイルから記事とコメントを取り込む
    .name = 取り込み
command-archive-loads = 最近の取り込みとその結果を見る
    .name = 取り込み一覧
command-archive-stats = このサーバーのアーカイブの中身を見る
    .name = 統計
command-archive-undo = 取り込みを元に戻す
    .name = 元に戻す
command-archive-export = スレッド、検索結果、アーカイブをファイルに書き出す
    .name = 書き出し
option-format = 読むなら Markdown、表計算なら CSV、再取り込みなら NDJSON
    .name = 形式
choice-export-markdown = Markdown（閲覧用）
choice-export-csv = CSV（表計算用）
choice-export-ndjson = NDJSON（再取り込み用）
option-title-to-export = このスレッドを書き出す
option-query-to-export = この検索のスレッドを書き出す
command-archive-requests = 投稿者からの消去の依頼に対応する
    .name = 依頼
command-audit = 誰が何を取り込み、元に戻し、変更したかを一覧する
    .name = 操作履歴
option-about = この種類の操作だけを表示
    .name = 種類
choice-audit-loads = 取り込みと書き出し
choice-audit-privacy = 投稿者の消去と削除
choice-audit-settings = 設定
choice-audit-digests = ダイジェストとフォロー
option-dry-run = 取り込まず、対象になるものだけを表示する
    .name = 試行
option-file = .txt の記事ページ、Reddit のダンプ、その圧縮ファイル
    .name = ファイル
option-load = 取り込みを一覧から選択
    .name = 取り込み
option-min-score = このポイント以上のものだけ
    .name = 最低ポイント
option-over-18 = 18+ の内容も含める（既定：除く）
    .name = 18歳以上も含める
option-path = ファイルの代わりに、受け渡しフォルダー内の名前を指定
    .name = パス
option-subreddit = このサブレディットだけ（コンマ区切りで複数可）
    .name = サブレディット
command-about = Newsdesk の概要と、保存される情報を見る
    .name = 概要
command-ask = 質問に、アーカイブからの引用で答える
    .name = 質問
option-question = 質問を自由に入力
    .name = 質問文
option-article-to-ask = この記事だけ（候補から選択）
menu-ask = これについて質問
menu-ask-help = メッセージ内の記事について質問する
command-help = ここでできることを見る
    .name = ヘルプ
option-topic-of-help = 詳しく知りたい項目
choice-help-search = 検索
choice-help-asking = 質問
choice-help-following = フォロー
choice-help-loading = 取り込み
command-news = 1 つの話題のダイジェストを今すぐ自分だけに表示する
    .name = ニュース
command-search = 記事とコメントを検索する
    .name = 検索
menu-find = アーカイブで探す
menu-find-help = メッセージ内のリンクと見出しを調べる
command-browse = 配信元、サブレディット、日付、フレアから記事を探す
    .name = 一覧
option-by = 何で分けるか（既定：新着）
    .name = 分類
option-value = 配信元、サブレディット、フレア、日、月のいずれか
    .name = 値
option-stats-by = 月、配信元、サブレディットごとにスレッドを数える
command-trend = 語や配信元がいつ、どれだけ現れるかを見る
    .name = 推移
choice-browse-newest = 新着
choice-browse-source = 配信元
choice-browse-subreddit = サブレディット
choice-browse-flair = フレア
choice-browse-day = 日
choice-browse-month = 月
command-searches = 検索を保存して、もう一度実行する
    .name = 保存検索
command-searches-save = 検索に名前を付けて保存する
    .name = 保存
command-searches-list = 保存した検索と、ここで共有された検索を一覧する
    .name = 一覧
command-searches-run = 保存した検索を実行する
    .name = 実行
command-searches-delete = 保存した検索を削除する
    .name = 削除
option-name = 検索の名前
    .name = 名前
option-shared = このサーバーの全員が実行できるようにする（既定：しない）
    .name = 共有
option-query = 語、"フレーズ"、-除外、A OR B、abc*
    .name = 検索語
option-in = 検索する場所（既定：両方）
    .name = 検索対象
option-source = このサイトの記事だけ
    .name = 配信元
option-author = この人の記事やコメントだけ
    .name = 投稿者
option-after = この日以降：2024、2024/03、2024/03/12
    .name = 以降
option-before = この日より前：2024、2024/03、2024/03/12
    .name = より前
option-search-title = 見出しにこの語を含むスレッドだけ
option-search-subreddit = このサブレディットだけ
option-flair = このフレアの記事だけ
    .name = フレア
option-min-comments = コメントがこの数以上のスレッドだけ
    .name = 最低コメント数
option-order = 並べ方（既定：関連度順）
    .name = 並び順
choice-best-first = 関連度順
choice-newest-first = 新しい順
choice-highest-first = ポイントの高い順
choice-articles = 記事
choice-comments = コメント
choice-articles-and-comments = 記事とコメント
command-settings = このサーバーの設定を確認、変更する
    .name = 設定
command-status = 取り込み、次のダイジェスト、問題を見る
    .name = 状態
option-zone = ダイジェストのタイムゾーン。例：Asia/Tokyo
    .name = タイムゾーン
option-follows-a-day = フォローの通知の 1 か所あたり 1 日の上限
    .name = 1日の通知上限
option-language = 全員に見える投稿の言語
    .name = 言語
choice-server-language = サーバーと同じ
option-file-to-import = 「エクスポート」で保存したファイル（先に変更内容を表示）

## Shared by many cards

fault = Newsdesk の側で問題が起きました。運営者への問い合わせ番号：{ $reference }
button-article = 記事
button-ask = 質問する
button-comments = コメント
button-cancel = キャンセル
button-keep = このままにする
button-follow = フォロー
button-save = 保存
button-pause = 一時停止
button-resume = 再開
button-share = 共有
button-timeline = 経過
button-undo = 元に戻す
button-what-people-say = みんなの声
select-open = 開く…
quoted = 「{ $text }」
shared-by = -# { $who } さんが共有
posted-by = -# { $who } さんが投稿
articles = 記事 { $count } 件
threads = スレッド { $count } 件
comments = コメント { $count } 件
comments-of-known = コメント約 { $known } 件中 { $count } 件
points = { $count } ポイント
page-of = { $page } / { $count } ページ
items-shown = { $total } 件中 { $range } 件目
items-shown-of-more = { $total } 件超のうち { $range } 件目
archive-size-years = { $threads }、{ $first }～{ $last } 年
archive-size-year = { $threads }、{ $first } 年

archive-empty = まだ記事がありません。モデレーターは { $load } で追加できます。
archive-empty-shared = まだ記事がありません。DM では運営者の共有アーカイブを検索します。サーバーは独自のアーカイブを持てます。

## Errors: what is wrong, where, and what to do

error-already-undone = 取り込み { $load } はすでに元に戻してあります。
error-always-quiet = このダイジェストの投稿時刻はすべて休止時間帯に入っています。休止時間帯を変えるか、遅れての投稿を許可してください。
error-archive-empty = このアーカイブは空です。まず記事を取り込んでください。
error-asked-too-often = 質問は 1 分に { $most } 件までです。{ $seconds } 秒後にもう一度試してください。
error-attachment-gone = そのファイルはもう Discord にありません。もう一度添付してください。
error-attachment-too-large = そのファイルは { $size } で、ここの上限は { $limit } です。分割するか、運営者に取り込みを頼んでください。
error-backup-exists = { $file } はすでにあります。バックアップには別のフォルダーを選んでください。
error-data-in-use = Newsdesk が「{ $data }」を使って実行中です。先に停止してください。
error-data-locked = 「{ $data }」は復元中か更新中です。終わってからもう一度試してください。
error-no-room-for-upgrade = 更新の前にバックアップを作ります。{ $needed } MB 必要ですが、空きは { $free } MB です。空きを増やしてから、もう一度起動してください。
error-no-room-for-backup = バックアップには、復元を試す分も含めて { $folder } に { $needed } MB 必要ですが、空きは { $free } MB です。空きを増やすか、別のフォルダーを選んでください。
error-no-room-for-restore = このバックアップには { $needed } MB 必要ですが、空きは { $free } MB です。空きを増やしてから、もう一度試してください。
error-not-a-backup = 「{ $folder }」にバックアップがありません。corpus.db がないか、データフォルダーそのものです。バックアップのフォルダーを選んでください。
error-backup-damaged = { $folder } のバックアップは破損しています（{ $problem }）。何も変更していません。別のバックアップを使ってください。
error-backup-unsound = { $folder } の新しいバックアップを復元できませんでした（{ $problem }）。newsdesk check を実行してください。
error-no-database-dump = 「{ $folder }」にこのデータベースのバックアップがありません。バックアップのフォルダーを選んでください。
error-transfer-same = アーカイブはすでにそこにあります。別のデータベースかフォルダーを指定してください。
error-transfer-not-empty = { $place } は空ではありません。空のデータベースかフォルダーを選んでください。
error-transfer-unfinished = { $place } への移行は終わっていません。アーカイブがあった場所からもう一度実行してください。
error-transfer-outdated = { $place } への移行の開始後にアーカイブが変更されています。空のデータベースかフォルダーでやり直してください。
error-transfer-differs = { $table } のコピーが一致しません（元は { $before } 行、コピーは { $after } 行）。移行の開始後にアーカイブが変更されています。空のデータベースかフォルダーでやり直してください。
error-no-pg-dump = PostgreSQL のバックアップには { $program } が必要ですが、ここにはインストールされていません。PostgreSQL のクライアントプログラムをインストールするか、サーバー自体をバックアップしてください。
error-pg-dump-failed = { $program } が失敗しました: { $problem }。何も変更されていません。問題を解決してから、もう一度試してください。
error-bad-cron = { $field ->
    [minute] cron の分は 0～59 です。「{ $value }」は使えません。
    [hour] cron の時は 0～23 です。「{ $value }」は使えません。
    [monthday] cron の日は 1～31 です。「{ $value }」は使えません。
    [month] cron の月は 1～12 または jan～dec です。「{ $value }」は使えません。
    [weekday] cron の曜日は 0～7 または mon～sun です。「{ $value }」は使えません。
   *[line] 「{ $value }」は cron の書式ではありません。30 8 * * 1-5 のように 5 項目で書いてください。
}
error-bad-date = 「{ $text }」は日付として読み取れません。2024/03/12、2024-03、2024 のように書いてください。
error-bad-day = 「{ $text }」は日の指定として読み取れません。毎週なら monday～sunday、毎月なら 1～31 を指定してください。
error-bad-exclusions = 除外する項目が多すぎます。各リストは { $most } 件まで、1 件は { $longest } 文字までにしてください。
error-exclusions-too-long = 除外する項目が多すぎます。1 つの欄の項目は、合わせて { $most } 文字までにしてください。
error-bad-minimum = 「{ $text }」は下限として読み取れません。score 10, comments 5 のように書いてください。
error-bad-plan = このダイジェストの { $field } の値が範囲外です。/digest create で作り直してください。
error-bad-tag-rule = 「{ $text }」はタグの条件ではありません。タグだけを書くか、「スポーツ: source bbc.co.uk」のように書いてください。
error-bot-may-not-ping = Newsdesk は #{ $where } でロール「{ $role }」にメンションできません。誰でもメンションできるようにするか、別のロールを選んでください。
error-member-may-not-ping = #{ $where } でロール「{ $role }」にメンションする権限がありません。自分がメンションできるロールを選んでください。
error-member-lacks = #{ $where } でこのダイジェストを設定する権限がありません。必要な権限: { $permissions }。
error-no-such-role = そのロールにはメンションできません。@everyone 以外の、このサーバーのロールを選んでください。
error-not-announcements = #{ $where } はアナウンスチャンネルではないため、公開できません。公開をオフにするか、別のチャンネルを選んでください。
error-unknown-placeholder = { $name } はここでは使えません。使えるもの: { $known }。
error-bad-quiet = 「{ $text }」は時間帯として読み取れません。22:00-7:00 のように書くか、off にしてください。
error-bad-settings-file = Newsdesk の設定ファイルではありません。「エクスポート」で保存したファイルを選んでください。
error-bad-time = 「{ $text }」は時刻として読み取れません。8:30 や 20:15 のように書いてください。
error-bad-zone = 「{ $text }」というタイムゾーンはありません。Asia/Tokyo や America/New_York のように書いてください。
# $operator is an operator of a search, such as score; $value is what was written after it.
error-operator-date = 「{ $operator }:{ $value }」に日付がありません。{ $operator }:2024-03-12、{ $operator }:2024、{ $operator }:yesterday のように書いてください。
error-operator-number = 「{ $operator }:{ $value }」に数値がありません。{ $operator }:>10、{ $operator }:<5、{ $operator }:10..20 のように書いてください。
error-operator-or-excluded = OR では、除外する語と author: などの演算子だけを組み合わせられません。検索する語を加えてください。
error-operator-value = 「{ $operator }:{ $value }」に名前がありません。{ $operator }:名前、または引用符を付けて { $operator }:"二つ の語" のように書いてください。
error-query-too-complex = OR と括弧で組み合わせた語が多すぎます。括弧の中の語を減らしてください。
error-no-search-name = 検索に名前を付けてください。
error-no-such-saved-search = 保存した検索「{ $name }」はありません。一覧から選んでください。
error-not-your-search = 削除できるのは自分で保存した検索だけです。共有された検索はモデレーターが削除できます。
error-too-many-saved = ここにはもう { $most } 件の検索を保存しています。先にどれかを削除してください。
error-too-many-shared = このサーバーでは検索がもう { $most } 件共有されています。共有せずに保存するか、先にどれかを削除してください。
error-bot-lacks = Newsdesk には #{ $where } にダイジェストを投稿する権限がありません。必要な権限：{ $permissions }
error-bot-may-not-post = Newsdesk には #{ $where } に投稿する権限がありません。「チャンネルを見る」と「メッセージを送信」が必要です。
error-bot-may-not-thread = Newsdesk には #{ $where } にスレッドを作る権限がありません。「公開スレッドの作成」が必要です。
error-bot-not-allowed = Newsdesk にはここでその操作をする権限がありません。このチャンネルでの権限を確認してください。
error-changed-meanwhile = ダイジェスト { $schedule } は、たった今ほかの人が変更しました。内容を確認してから、もう一度変更してください。
error-channel-gone = ダイジェスト { $schedule } のチャンネルはもうありません。/digest edit で別のチャンネルを選んでください。
error-channel-too-busy = このチャンネルでの質問は 1 分に { $most } 件までです。{ $seconds } 秒後にもう一度試してください。
error-commands-changed = このコマンドは新しくなりました。Discord を再起動すると使えます。
error-cron-too-often = ダイジェストの投稿は { $minutes } 分に 1 回までです。cron の間隔を広げてください。
error-archive-unavailable = アーカイブは現在利用できません。少し待ってからもう一度試してください。
error-bad-database-url = DATABASE_URL が PostgreSQL データベースのアドレスではありません。postgresql://user:password@host/newsdesk のように指定し、パスワードの特殊文字は %40 のように書いてください。
error-database-busy = アーカイブ（{ $file }）は使用中です。少し待ってからもう一度試してください。
error-database-damaged = データベース { $file } が壊れています。「newsdesk check」を実行すると対処方法がわかります。
error-database-read-only = データベース { $file } は読み取り専用です。フォルダーのアクセス権を確認してください。
error-database-unreachable = { $file } を開けません。フォルダーがあるか、Newsdesk から使えるかを確認してください。
error-disk-error = { $file } の使用中にディスクの障害が起きました。ディスクを確認し、必要ならバックアップから復元してください。
error-disk-full = ディスクがいっぱいで、{ $file } に書き込めません。空きを作ってからもう一度試してください。
error-no-locks = { $file } はロックに対応していないファイルシステムにあり、破損するおそれがあります。データフォルダーをローカルディスクに移してください。
error-file-and-path = ファイルとパスは、どちらか一方だけ指定してください。
error-follow-needs-manage = そのチャンネルのフォローを追加できるのは、モデレーターとチャンネルを管理できるメンバーだけです。
error-forget-cancelled = 投稿者の消去は途中で止まりました。最後まで消去するには、コマンドをもう一度実行してください。
error-purge-of-what = 削除する内容を指定してください。--before、--source、--subreddit のいずれか、またはアーカイブ全体なら --all だけを付けます。
error-purge-cancelled = 一部だけを削除しました。最後まで削除するには、コマンドをもう一度実行してください。
error-archive-full-articles = このサーバーのアーカイブの上限は記事 { $most } 件で、この取り込みはそれを超えます。別の取り込みを元に戻すか、取り込む量を減らすか、ボットの運営者に上限を上げるよう頼んでください。
error-archive-full-size = このサーバーのアーカイブの上限は文章 { $most } MB で、この取り込みはそれを超えます。別の取り込みを元に戻すか、取り込む量を減らすか、ボットの運営者に上限を上げるよう頼んでください。
error-forum-needs-tag = #{ $where } の投稿にはタグが必要ですが、Newsdesk が使えるタグがありません。誰でも使えるタグを追加するか、Newsdesk に「スレッドの管理」の権限を付与してください。
error-load-cancelled = 始まる前にキャンセルされました。何も変わっていません。
error-load-not-running = 取り込み { $load } はもう実行中ではありません。
error-load-not-undoing = 取り込み { $load } を元に戻す処理は、もう実行中ではありません。
error-load-not-waiting = その取り込みはもう待機中ではありません。
error-load-running = 取り込み { $load } はまだ実行中です。キャンセルするか、終わるまで待ってください。
error-load-stalled = { $where } の付近で 1 分間何も読み取れなかったため、取り込みを止めました。ファイルからその部分を取り除いて、もう一度お試しください。
error-loader-busy = 別の取り込みが実行中です。終わってからもう一度試してください。
error-loader-died = 取り込みが途中で止まりました（コード { $code }）。保存済みの分は残っています。
error-managers-only = モデレーターロールを選べるのは、「サーバー管理」権限を持つメンバーだけです。
error-mcp-extra-missing = MCP に対応するパッケージがありません。pip install 'newsdesk[mcp]' でインストールしてください。
error-health-port = ポート { $port } を開けません。NEWSDESK_HEALTH_PORT に 1024 以上の空いているポートを指定してください。
error-member-may-not-post = #{ $where } に投稿する権限がありません。別のチャンネルを選んでください。
error-member-may-not-thread = #{ $where } にスレッドを作る権限がありません。別のチャンネルを選んでください。
error-model-extra-missing = 言語モデルが設定されていますが、接続用のパッケージがありません。pip install 'newsdesk[openai]' でインストールしてください。
error-model2vec-missing = 単語ベクトル「{ $setting }」には model2vec が必要です。pip install 'newsdesk[model2vec]' でインストールしてください。
error-moderators-only = この操作はモデレーター専用です。「サーバー管理」権限か、/settings で選んだロールが必要です。
error-names-hidden = このサーバーではコメント投稿者をアルファベットで表示しているため、名前では検索できません。
error-needs-cron = 「cron」に 5 項目を指定してください。例：30 8 * * 1-5
error-needs-query = 「検索語」に、検索する語、配信元、サブレディットのいずれかを指定してください。
error-never-due = その日付は存在しません。日と月を確認してください。
error-newer-schema = { $file } は新しいバージョンの Newsdesk で作成されました（スキーマ { $found }、このバージョンの対応は { $known } まで）。Newsdesk を更新してください。
error-newer-settings-file = このファイルは新しいバージョンの Newsdesk で保存されました（形式 { $found }、このバージョンの対応は { $known } まで）。Newsdesk を更新してください。
error-no-archive = 「{ $data }」にはまだアーカイブがありません。まず記事を取り込むか、--data で別のフォルダーを選んでください。
error-no-drop-folder = 受け渡しフォルダーがありません。運営者が NEWSDESK_DROP で設定できます。
error-no-name = アーカイブに表示されている投稿者名を 1 つ、80 文字以内で入力してください。
error-no-such-article = 「{ $ref }」に当てはまる記事がありません。記事の番号かタイトルの一部で試してください。
error-no-such-comment = コメント { $comment } はこのアーカイブにありません。
error-no-such-delivery = 投稿 { $delivery } はこのサーバーのものではありません。
error-no-such-file = ファイルまたはフォルダー「{ $path }」がありません。
error-no-such-follow = フォロー { $follow } はここにありません。/follow list で確認できます。
error-no-room-for-load = このダンプには約 { $needed } MB のディスク容量が必要ですが、空きは { $free } MB です。空きを増やすか、`以降` や `最低ポイント` などの絞り込みで一部だけを取り込んでください。
error-no-such-load = 取り込み { $load } はこのアーカイブにありません。
error-no-such-schedule = ダイジェスト { $schedule } はこのサーバーにありません。/digest list で確認できます。
error-no-such-tag = #{ $where } には、Newsdesk が使えるタグ「{ $text }」がありません。
error-no-threads-there = Newsdesk は #{ $where } にスレッドを作れません。テキストチャンネルを選ぶか、スレッドなしで投稿してください。
error-not-a-member = あなたはもうそのサーバーのメンバーではありません。
error-not-a-message-channel = フォローの通知はフォーラムに投稿できません。テキストチャンネルかスレッドを選んでください。
error-not-a-place-to-post = Newsdesk はそこに投稿できません。テキストチャンネル、スレッド、フォーラムのいずれかを選んでください。
error-not-a-posting-channel = モデレーターの設定により、#{ $where } では Newsdesk で投稿できません。コマンドは今までどおりあなただけに返信します。設定はモデレーターが /settings で変更できます。
error-not-dropped = 受け渡しフォルダーにファイル「{ $name }」がありません。
error-not-for-adults = この記事は 18+ ですが、#{ $where } には年齢制限がありません。年齢制限チャンネルを選んでください。
error-not-our-database = { $file } は Newsdesk のデータベースではありません。別のフォルダーを選ぶか、そのファイルを移動してください。
error-not-resumable = { $state ->
    [queued] 取り込み { $load } は開始待ちです。
    [running] 取り込み { $load } はすでに実行中です。
    [undoing] 取り込み { $load } は一部だけ元に戻してあります。最後まで戻すには、もう一度「元に戻す」を実行してください。
    [undone] 取り込み { $load } は元に戻してあります。再開はできないので、ダンプをもう一度取り込んでください。
   *[done] 取り込み { $load } はすでに完了しています。
}
error-not-your-follow = 変更できるのは自分で作ったフォローだけです。チャンネルのフォローはモデレーターも変更できます。
error-nothing-mentioned = そのメッセージのリンクや見出しに当てはまる記事は、このアーカイブにありません。
error-nothing-to-follow = フォローするものを選んでください。語、配信元、投稿者を指定できます。
error-nothing-to-load = 「ファイル」に添付するか、「パス」で受け渡しフォルダー内の名前を指定してください。
error-nothing-to-resume = 再開できる取り込みはありません。停止または失敗したものが対象です。
error-port-unusable = ポート { $port } は使えません。--port で別の番号を選ぶか、指定を省いてください。
error-question-too-long = 質問は { $most } 文字までです。短くしてください。
error-sample-loaded = サンプルはもうこのアーカイブにあります。/search harbour を試すか、/archive undo で取り消してください。
error-sample-loading = サンプルを取り込んでいます。まもなく結果が表示されます。
error-server-only = これはサーバー内でのみ使えます。
error-shard-count = このボットのほかのプロセスは { $other } シャードで動いていますが、このプロセスは { $count } シャードで起動されました。同じ数で起動するか、先にほかのプロセスを止めてください。
error-settings-file-cap = 設定ファイルの follow_cap は 0～{ $most } にしてください。
error-settings-file-channels = この設定ファイルには投稿用のチャンネルが { $most } 件を超えて書かれています。減らしてください。
error-settings-file-field = 設定ファイルの { $place } の値は種類が違います。「エクスポート」で保存したファイルを選んでください。
error-settings-file-follow = 設定ファイルのフォロー { $number } は空か、長すぎます。修正するか削除してください。
error-settings-file-language = 設定ファイルにある言語「{ $language }」には対応していません。修正するか削除してください。
error-settings-file-languages = 設定ファイルの languages には、en のような短いコードをいくつか指定します。修正してください。
error-settings-file-schedule = 設定ファイルのダイジェスト { $number } は投稿日時が来ることがありません。修正するか削除してください。
error-settings-file-too-large = 設定ファイルとしては大きすぎます。「エクスポート」で保存したファイルを選んでください。
error-several-articles = 「{ $ref }」に当てはまる記事が複数あります：{ $titles }。候補から選ぶか、番号で指定してください。
error-stale-button = このボタンの有効期限が切れました。もう一度検索してください。
error-export-running = このサーバーの書き出しがすでに実行中です。終わるのを待つか、中止してください。
error-export-not-running = 実行中の書き出しはありません。
error-export-cancelled = 書き出しを中止しました。
error-export-too-large = Discord が受け付けるサイズで { $most } ファイルを超えます。スレッドか検索を書き出すか、運営者に newsdesk export を頼んでください。
error-export-too-slow = 書き出しに時間がかかりすぎました。スレッドか検索を書き出すか、運営者に newsdesk export を頼んでください。
error-export-one-subject = スレッドか検索のどちらか一方を選んでください。
error-export-json-needs-output = --output でファイルを指定してください。標準出力には書き出し自体が出ます。
error-nothing-to-export = 書き出すものがありません。
error-request-decided = この依頼はすでに処理されたか、期限切れです。
error-too-many-requests = 依頼は { $days } 日間に { $most } 件までです。モデレーターの判断を待つか、後でもう一度お試しください。
error-too-many-open-requests = このサーバーには未処理の依頼が多すぎます。後でもう一度お試しください。
error-thinker-died = スレッドの読み取りに 2 回失敗しました。あとでもう一度試してください。原因は運営者のログで確認できることがあります。
error-thread-article-gone = このスレッドの記事はもうアーカイブにありません。別のチャンネルで質問してください。
error-thread-in-thread = #{ $where } はすでにスレッドです。新しいスレッドを作るチャンネルを選んでください。
error-thread-locked = スレッド { $where } はクローズされ、ロックされています。ロックを解除するか、Newsdesk に「スレッドの管理」の権限を付与してください。
error-too-many-files = Newsdesk が開いているファイルが多すぎます。少し待ってから、もう一度お試しください。また起きる場合は、運営者が上限を引き上げられます（ulimit -n）。
error-took-too-long = 時間がかかりすぎました。少し待ってからもう一度試してください。
error-queue-of-member = すでに { $most } 件のリクエストが順番を待っています。どれかが終わるまでお待ちください。
error-queue-of-server = このサーバーからのリクエストがすでに { $most } 件待っています。少ししてからもう一度お試しください。
error-too-many-follows = ここのフォローは上限の { $most } 件に達しています。/follow remove で 1 つ解除してください。
error-too-many-schedules = ここのダイジェストは上限の { $most } 件に達しています。先に 1 つ削除してください。
error-too-many-to-publish = Discord が 1 つのチャンネルから公開できるのは 1 時間に { $most } 件までです。記事を減らすか、1 件にまとめて投稿してください。
error-too-many-direct-schedules = DM で受け取れるダイジェストはここでは { $most } 件までです。先に 1 件削除してください。
error-try-extra-missing = お試しにはシミュレート版の Discord が必要です。pip install 'newsdesk[try]' でインストールしてください。
error-undo-cancelled = 取り込み { $load } は一部だけ元に戻りました。最後まで戻すには、もう一度実行してください。
error-unknown-follow = フォロー { $follow } はありません。「newsdesk follows」で一覧を確認できます。
error-vectors-damaged = 単語ベクトルが不完全です。{ $file } がないか、壊れています。wordllama を再インストールするか、NEWSDESK_VECTORS を off にしてください。
error-vectors-unusable = 単語ベクトル「{ $setting }」を使えません：{ $reason }。別のモデル、shipped、off のいずれかを選んでください。

## Search

search-heading = **{ $query }の検索結果：スレッド { $count } 件**
search-heading-more = **{ $query }の検索結果：スレッド { $count } 件超**
search-heading-respelt = { $query }に一致するスレッドはありません。**{ $instead }の検索結果：{ $count } 件**
search-heading-all = **スレッド { $count } 件**
search-heading-all-more = **スレッド { $count } 件超**
# $word is a word of the search in quotation marks.
search-word-count = { $count ->
    [0] { $word }を含む文章なし
   *[other] { $word }を含む文章 { $count } 件
}
search-word-count-more = { $word }を含む文章 { $count } 件超
# $words is a list of words in quotation marks.
search-ignored = 検索から除いた語：{ $words }
# $words are words in quotation marks that are near in meaning to those of the search.
search-heading-meaning = { $query }を含むものはありません。意味の近いスレッド：{ $count } 件（{ $words }）
search-near = 意味の近いもの（{ $words }）：
search-some = 一部の語だけを含むもの：
search-order-relevance = 関連度順
search-order-newest = 新しい順
search-order-score = ポイントの高い順
search-only-articles = 記事のみ
search-only-comments = コメントのみ
search-from-source = 配信元：{ $source }
search-by-author = 投稿者：{ $author }
search-since = { $day } 以降
search-before = { $day } より前
search-all-words = { $count ->
    [0] すべての語を含むものはなし
   *[other] すべての語を含むのは先頭の { $count } 件
}
search-nothing = このアーカイブ（{ $size }）には、{ $query }に関するものがありません。
search-nothing-narrowed = { $query }は見つかりませんでした（{ $filters }）。このアーカイブの収録数：{ $size }
search-typed = { $query }を検索
search-beginnings = { $words } については、よく使われる語だけを検索しました。ほかの語を探すには、もう少し文字を入力してください。
search-cut-short = 検索に時間がかかりすぎたため、途中で打ち切りました。一部の結果が表示されていない可能性があります。
search-everything = すべてを検索
search-newest = 新しい順
search-highest = ポイント順
search-best = 関連度順
search-only-comments-button = コメントのみ
search-articles-too = すべて
search-jump = 移動…
search-hit-article = 記事
search-hit-comment = コメント
search-also-in-comments = ほかにコメント { $count } 件
search-story = スレッド { $threads } 件、{ $papers } 媒体
search-story-threads = スレッド { $count } 件
search-mentioned = **アーカイブ内** · 記事 { $count } 件
search-help =
    ### 検索
    見出し、記事、コメントを検索します。語順や語尾の違いは問いません。同じスレッドは 1 度だけ、最も合う抜粋とともに表示します。すべての語を含むスレッドが先に並びます。
    `"中央 市場"` この語が隣り合うもの
    `市場 -鮮魚` この語を除く
    `市場 -"中央 広場"` このフレーズを除く
    `電車 OR カモメ` どちらかの語（`電車 | カモメ` も可）
    `news*` この文字で始まる語（アルファベットなど）
    `covid-19` つながった語はフレーズとして扱います
    `(電車 OR バス) 運休 NOT 地震` 括弧と AND、OR、NOT
    `title:電車`、`author:名前`、`source:サイト`、`r/名前`、`flair:"二つ の語"` 前に `-` を付けると除外
    `score:>10`、`comments:5..20`、`after:2024-03`、`before:yesterday` 数値と日付
    {"**"}オプション**で絞り込めます。`検索対象`は記事またはコメント、`配信元`はサイト、`投稿者`は記事の投稿者またはコメントを書いた人、`以降`（その日を含む）と`より前`は 2024、2024/03、2024/03/12 などの日付です。**新しい順**を押すと、同じ結果を日付順に並べ替えます。
    -# アクセント記号や大文字、小文字は区別しません。日本語、中国語、韓国語では単語を空白で区切る必要はありません。どこにも見つからない語は最も近い綴りで検索し、結果にその旨を示します。数字は置き換えません。

## Browsing

browse-sources = **配信元 { $count } 件**
browse-subreddits = **サブレディット { $count } 件**
browse-flairs = **フレア { $count } 件**
browse-days = **{ $count } 日分**
browse-months = **{ $count } か月分**
browse-most-first = スレッドの多い順
browse-tab-sources = 配信元
browse-tab-subreddits = サブレディット
browse-tab-flairs = フレア
browse-tab-days = 日別
browse-tab-months = 月別
browse-open = 開く…
browse-nothing = { $by ->
    [source] このアーカイブには、配信元の分かる記事がありません。
    [subreddit] このアーカイブには、サブレディットの記事がありません。
    [flair] このアーカイブには、フレアの付いた記事がありません。
   *[day] このアーカイブには、日付の分かる記事がありません。
}
saved-heading = **保存した検索 { $count } 件**（最大 { $most } 件）
saved-shared-heading = **このサーバーでほかの人が共有した検索**
saved-is-shared = 共有中
saved-run = 実行…
saved-hint = 削除するには { $command } を使います。
saved-none = 保存した検索はまだありません。{ $command } または検索結果の「保存」ボタンで保存できます。
# $name is in quotation marks, here and below.
saved-saved = { $name }を保存しました。{ $command } でもう一度実行できます。
saved-deleted = 保存した検索{ $name }を削除しました。
saved-form-title = この検索を保存
saved-form-label = 名前
# $query is in quotation marks.
trend-heading = { $query }を含む文章 { $count } 件
trend-heading-about = { $query }を含む文章 約 { $count } 件
trend-bars = { $unit ->
    [day] 棒 1 本が 1 日
    [month] 棒 1 本が 1 か月
   *[year] 棒 1 本が 1 年
}
trend-peak = 最多：{ $when }（{ $count } 件）
trend-description = { $query }を含む文章の棒グラフ（{ $first }～{ $last }）。最も高いのは { $peak } の { $count } 件。
trend-open = 文章を見る

## Articles

article-first-comment = 最初のコメント：{ $day }
article-adults-only = 18+
article-reading-time = { $minutes } 分で読めます
article-headline-only = この記事は見出しのみです。
article-full-text = 全文
article-text-cut = この先は長すぎて表示できません。
article-another = 別の記事
article-discuss = 話し合う
article-original = 元の記事
article-shorter = 短く
article-longer = 長く
author-deleted = 削除されたアカウント
author-unnamed = 名前なし
commenter-letter = コメント投稿者 { $letter }
commenter-unknown = コメント投稿者
article-related-heading = ### 関連記事：{ $title }
article-related-none = このアーカイブに関連記事はまだありません。
article-related-reasons = 共通の語句：{ $phrases }
article-timeline-heading = ### 経過：{ $title }
article-timeline-same = 同じ記事
article-timeline-reports = 同じ話題を扱うほかのスレッド
article-timeline-alone = この記事に関するほかのスレッドはアーカイブにありません。
article-timeline-open = スレッドを開く
article-timeline-oldest = 全 { $count } 件のうち古い順に { $shown } 件
article-posted = 投稿しました：{ $link }
article-untitled = 記事
article-thread-hint = -# この記事について質問があれば、{ $me } をメンションして聞いてください。Newsdesk が読むのは、メンションされたメッセージと返信だけです。

comments-heading = ### コメント：{ $title }
comments-none = この記事にはまだコメントがありません。取り込まれると、ここに表示されます。
comments-all-deleted = コメント { $count } 件はすべて削除されています。
comments-newest-first = 新しい順
comments-best-first = 評価の高い順
comments-most-answered-first = 返信の多い順
comments-oldest-first = 古い順
comments-in-thread = 古い順、返信はその下
comments-newest-button = 新しい順
comments-best-button = 評価順
comments-oldest-button = 古い順
comments-thread-button = 会話順
comments-deleted = ほかに削除済み { $count } 件
comments-hide-bots = ボットのコメント { $count } 件を隠す
comments-show-bots = ボットのコメント { $count } 件を表示
comments-bots-hidden = ボットのコメント { $count } 件は非表示
comments-threads = { $count } 件のスレッドから
comments-some-threads = 全 { $all } 件中 { $count } 件のスレッドから
comments-one-thread = { $thread } だけ
comments-select-thread = スレッドを選ぶ…
comments-all-threads = この話題の全スレッド（{ $count } 件）
comments-threads-together = 全 { $all } 件中 { $count } 件のスレッドをまとめて表示
comments-other-reports = 同じ話題を扱うスレッドがほかに { $count } 件あります。
comments-read-in-full = 全文を読む…
comments-go-to = 移動…
comments-range = コメント { $range }
comment-on = 「{ $title }」へのコメント
comment-surrounding = 前後のコメント
comment-parent = 返信先のコメント
comment-replying = { $author } への返信
comment-replying-missing = アーカイブにないコメントへの返信
comment-replies = 返信 { $count } 件
comment-replies-of = { $author }：返信 { $count } 件
comment-replies-heading = ### { $author } への返信 { $count } 件
comment-back = コメントに戻る
comment-loaded = { $day }に { $name } から取り込み（取り込み { $load }）
comment-captured = { $day }時点の内容
comment-edited = { $day }に編集
comment-changed-by = 取り込み { $load } で更新

## Comment digests

comment-digest-heading = ### みんなの声：{ $title }
comment-digest-theme-quote = **「{ $quote }」** — { $author }
comment-digest-theme-second = 「{ $quote }」— { $author }
comment-digest-theme-quote-within = { $author }：**「{ $quote }」**— { $details }
comment-digest-theme-second-within = { $author }：「{ $quote }」— { $details }
comment-digest-quote-within = { $author }：「{ $quote }」
comment-digest-opening = コメント { $total } 件中 { $count } 件が{ $words }に触れています
comment-digest-opening-few = 特に目立つ話題はありません。コメント { $total } 件のうち { $count } 件が{ $words }に触れています
comment-digest-theme-mentions = { $words }に触れたコメント { $count } 件
comment-digest-theme-says = ほぼ同じ内容のものがほかに { $count } 件
comment-digest-theme-replies = 返信 { $count } 件
comment-digest-more-themes = 続きにテーマがあと { $count } 件：{ $comments }
comment-digest-also-mentioned = ほかに触れられている言葉：{ $subjects }
comment-digest-mentioned-most = よく触れられている言葉：{ $subjects }
comment-digest-subject = { $words }（{ $comments }）
comment-digest-rest = ほかのコメント { $count } 件：{ $groups }
comment-digest-rest-among = ほかのコメント { $count } 件（うち{ $groups }）
comment-digest-rest-mentions = 「{ $word }」に触れたもの { $count } 件
comment-digest-rest-only-points = ほかのコメント { $count } 件
comment-digest-rest-points = 長めのコメント { $count } 件
comment-digest-rest-questions = 質問 { $count } 件
comment-digest-rest-short = 短い感想 { $count } 件
comment-digest-rest-jokes = 冗談 { $count } 件
comment-digest-more-comments = ほかのコメント { $count } 件
comment-digest-disputed = { $count } 人が記事の内容に異を唱えています
comment-digest-disputed-figures = **{ $count } 人が記事の内容に異を唱えています：** { $ours } ではなく { $theirs }
comment-digest-article-says = 記事：「{ $quote }」
comment-digest-added = 記事にない話
comment-digest-single-points = そのほかの意見
comment-digest-single-points-alone = コメントから
comment-digest-questions = 答えの出ていない問い
comment-digest-links = 紹介されたリンク
comment-digest-busiest = **最も活発だった時間：** { $time } からの { $span }にコメント { $count } 件
comment-digest-chart-caption = { $start }～{ $end } · 棒 1 本は { $span }
comment-digest-chart-description = { $start } から { $end } までのコメント { $count } 件の棒グラフ。棒 1 本は { $span }。最も高い棒はコメント { $highest } 件で、{ $peak } から始まります。
comment-digest-coverage = コメント { $total } 件中 { $read } 件に基づく（除外：{ $skipped }）
comment-digest-coverage-all = コメント全 { $total } 件に基づく
comment-digest-known = アーカイブにあるのは、約 { $known } 件のコメントのうち { $count } 件です。
comment-digest-skipped-deleted = 削除済み { $count } 件
comment-digest-skipped-bots = ボット { $count } 件
comment-digest-skipped-copies = 重複 { $count } 件
comment-digest-skipped-unread = 均等な抽出から外れた { $count } 件
comment-digest-skipped-brief = ごく短いもの { $count } 件
comment-digest-page-overview = 概要
comment-digest-page-themes = ほかのテーマ
comment-digest-page-more = その他
comment-digest-all-of-theme = 話題ごとの全コメント…
comment-digest-open = コメントを開く…

## Scheduled digests

digest-timing = { $every ->
    [daily] 毎日 { $time }（{ $zone }）
    [weekdays] 月曜日～金曜日の { $time }（{ $zone }）
    [weekly] 毎週{ $weekday }の { $time }（{ $zone }）
    [monthly] 毎月 { $day } 日の { $time }（{ $zone }）
    [monthly-or-last] 毎月 { $day } 日、ない月は末日の { $time }（{ $zone }）
   *[cron] cron `{ $cron }`（{ $zone }）
}
digest-source = { $what ->
    [newest] 前回からの新着
    [on-this-day] 過去の同じ日の記事
    [most-discussed] 全期間で話題の記事
    [search] 「{ $text }」の新着
    [source] { $text } の新着
    [subreddit] r/{ $text } の新着
   *[random] ランダム
}
digest-source-most-discussed = 過去 { $days } 日間で話題の記事
digest-heading = { $what ->
    [newest] アーカイブの新着
    [on-this-day] 過去の今日
    [most-discussed] 全期間で話題の記事
    [search] 「{ $text }」の新着
    [source] { $text } の新着
    [subreddit] r/{ $text } の新着
   *[random] アーカイブから
}
digest-heading-most-discussed = 過去 { $days } 日間で話題の記事
digest-up-to-headlines = 見出し（最大 { $count } 件）
digest-up-to-summaries = 要約（最大 { $count } 件）
digest-up-to-comment-digests = 記事とみんなの声（最大 { $count } 件）
digest-late = 予定を逃しても { $hours } 時間後までは投稿
digest-never-late = 予定を逃した回は投稿しない
digest-quiet = { $start }～{ $end } は休止
digest-target = { $target ->
    [thread] 投稿ごとにスレッドを作成
   *[forum] 毎回フォーラムに 1 件投稿
}
digest-target-tagged = 毎回フォーラムに 1 件投稿（タグ：{ $tag }）
digest-skips-empty = 新着がなければ投稿しない
digest-posts-empty = 新着がなくても投稿
digest-posts-each = 記事ごとに 1 件ずつ投稿
digest-pings = { $role } にメンション
digest-silent = 通知なし
digest-published = フォロー中のチャンネルにも公開
digest-pinned = 最新の投稿をピン留め
digest-tags = 条件付きのタグ: { $tags }
digest-own-template = 独自のテンプレート

### Posts of digests

digest-nothing-new = 今回は新着がありません。
digest-why-these = 選ばれた理由
digest-direct = DM で
digest-from-server = { $server } からのダイジェスト
digest-more-posts = { $count ->
   *[other] ほかに { $count } 件、記事ごとに同じ形で投稿します。
}
digest-quote = 「{ $quote }」 *{ $author }*
digest-also = ほか：{ $reports }
digest-also-more = ほか：{ $reports }、さらに { $count } 件
digest-chart-caption = 記事 { $number } へのコメント：{ $caption }
topic-heading = ### ダイジェスト：{ $topic }
topic-respelt = 「{ $topic }」に一致するスレッドはありません。**「{ $instead }」** の結果を表示しています。

### Planning a digest

digest-preview = プレビューです。保存するまで何も投稿されません。
digest-preview-of-change = ダイジェスト { $number } の変更後のプレビューです。保存するまで今の設定のままです。
digest-where = **投稿先** <#{ $channel }>
digest-where-direct = **送り先** あなたへの DM
digest-show-post = 投稿を見る
digest-show-times = 日時と過去 7 日間
digest-next-runs = **次回以降の投稿**
digest-run-held = 休止時間帯のあと
digest-run-moved = { $every ->
    [cron] 夏時間の切り替えのため遅れて投稿
   *[other] 夏時間の切り替えでこの日は { $time } がないため遅れて投稿
}
digest-run-clocks-change = この前に { $zone } の夏時間が切り替わります
digest-past-runs = **過去 7 日間に投稿していたはずの内容**
digest-no-past-runs = 過去 7 日間には、投稿するものがありませんでした。
digest-past-left-out = { $count ->
   *[other] フィルターで { $count } 件の記事を除外しました。
}
digest-earlier-past-runs = それ以前の { $runs } 回で記事 { $articles } 件、続いて：
digest-past-run-empty = なし
digest-more = ほか { $count } 件
digest-saved = ダイジェスト { $number } を保存しました。
digest-changed = ダイジェスト { $number } を変更しました。
digest-still-paused = まだ一時停止中です。{ $resume } で再開できます。
digest-not-saved = 保存しませんでした。何も変わっていません。
digest-next-post = 次回の投稿：{ $when }（{ $relative }）
digest-no-next-post = 今後の投稿予定はありません。

### Lists, settings and history

digest-list = **定期ダイジェスト** · { $count }
digest-list-empty = ダイジェストはまだありません。ダイジェストは、アーカイブの記事を好きな頻度でチャンネルに投稿します。{ $create } で作成できます。
digest-list-direct = **あなた宛てのダイジェスト**
digest-name = ダイジェスト { $number }
digest-title = ### ダイジェスト { $number }：{ $what }
digest-next = 次回 { $when }
digest-state = { $state ->
    [active] 有効
    [paused] 一時停止中
   *[deleted] 削除済み
}
digest-paused-because = 一時停止中：{ $reason }
digest-status = **状態** { $state }
digest-last-run = 前回：{ $run }
digest-created-by = 作成者：{ $name } · { $when }
digest-paused = ダイジェスト { $number } を一時停止しました。{ $resume } で再開できます。
digest-resumed = ダイジェスト { $number } を再開しました。
digest-deleted = ダイジェスト { $number } を削除しました。投稿済みのものは残ります。
digest-running = ダイジェスト { $number } をまもなく <#{ $channel }> に投稿します。定期の予定は変わりません。
digest-running-direct = ダイジェスト { $number } はまもなく届きます。予定は変わりません。
digest-open = ダイジェストを開く
digest-pause-several = ダイジェストを一時停止
digest-new = 新しいダイジェスト…
digest-all = すべてのダイジェスト
digest-edit = 編集…
digest-posts = 投稿の設定…
digest-template = テンプレート…
digest-run = 今すぐ投稿
digest-history = 履歴
digest-delete = 削除…
digest-delete-question = ダイジェスト { $number } を削除しますか？投稿済みのものは残ります。
digest-delete-confirm = ダイジェストを削除
leave-out-button = 除外…
leave-out-title = 除外するもの
leave-out-words = 語
leave-out-words-hint = 見出しか本文にある語をコンマで区切って入力
leave-out-sources = 配信元とサブレディット
leave-out-sources-hint = 例: courier.example, r/funny
leave-out-authors = 投稿者
leave-out-flair = フレア
leave-out-commas = コンマで区切って入力
leave-out-minimum = ポイントとコメント数の下限
leave-out-minimum-hint = 例: score 10, comments 5
leave-out = 除外: { $what }
leave-out-author = 投稿者
leave-out-list = { $filter ->
    [words] 語: { $names }
    [sources] 配信元: { $names }
    [authors] 投稿者: { $names }
    [subreddits] { $names }
   *[flair] フレア: { $names }
}
leave-out-score = { $count ->
   *[other] { $count } ポイント未満
}
leave-out-comments = { $count ->
   *[other] コメント { $count } 件未満
}
leave-out-reason = { $whose ->
    [server] このサーバーのフィルターで除外: { $what }
   *[digest] このダイジェストのフィルターで除外: { $what }
}
digest-form-new = 新しいダイジェスト
digest-form-when = 投稿の頻度
digest-form-time = 時刻
digest-form-time-hint = 08:00、月曜日 08:00、15 08:00（毎月の日）、または cron の行
digest-form-what = 投稿する内容
digest-form-query = 検索する語、配信元、またはサブレディット
digest-form-query-hint = 検索、配信元、サブレディットのときだけ
digest-form-style = 各記事の見せ方
post-form-title = 投稿のしかた
post-form-count = 投稿
post-form-one = 全記事を 1 件にまとめて投稿
post-form-each = 記事ごとに投稿、またはフォーラムの投稿を作成
post-form-role = メンションするロール
post-form-role-hint = 初期設定ではなし。自分がメンションできるロールだけを、最初の投稿の先頭に付けます。
post-form-how = その他
post-form-silent = 通知なしで投稿
post-form-publish = アナウンスチャンネルで公開
post-form-pin = 最新の投稿をピン留めし、前のものは外す
post-form-tags = タグ（1 行に 1 つの条件）
post-form-tags-hint = ニュース · スポーツ: source bbc.co.uk · 質問: flair Question · 港: search "fish market"
template-form-title = テンプレート
template-form-heading = 見出し
template-form-item = 各記事
template-form-footer = 末尾
template-form-hint = { "{" }{ "}" } 内: { $names }
digest-paused-itself = <#{ $channel }> のダイジェスト { $number } は一時停止中です：{ $reason }。解決したら { $resume } で再開してください。詳しくは { $why } で確認できます。
digest-posted = 記事 { $count } 件を投稿
digest-posted-parts = { $count } 件中 { $posted } 件を投稿
digest-outcome = { $state ->
    [claimed] 投稿待ち
    [sending] 投稿中
    [empty] 投稿するものなし
    [missed] 未投稿
   *[failed] 失敗
}
digest-outcome-because = { $state ->
    [claimed] 投稿待ち：{ $reason }
    [sending] 投稿中：{ $reason }
    [missed] 未投稿：{ $reason }
   *[failed] 失敗：{ $reason }
}
digest-on-request = 手動
digest-explain-run = 投稿の理由を見る…

### Why an article was posted or skipped

digest-rule = { $rule ->
    [picked] 採用
    [new-comments] 新しいコメントが付いたため再び採用
    [shown-before] 投稿済みで新しいコメントがないため見送り
    [twin] もう一方のアーカイブの同じ記事を採用したため見送り
    [story-shown] 同じニュースの別のスレッドを投稿済みのため見送り
    [same-story] 同じニュースの別のスレッドを採用したため見送り
    [over-18] 年齢制限チャンネルではないため見送り
   *[enough] ほかの記事を優先したため見送り
}
digest-over-18 = 18+ の記事
digest-more-skipped = ほかに { $count } 件を見送り
digest-not-run = このダイジェストはまだ投稿されていません。
digest-never-considered = この記事は、このダイジェストの候補になったことがありません。投稿する内容：{ $what }
digest-asked-future = その時刻はまだ来ていません。
digest-asked-quiet = その時刻は休止時間帯（{ $start }～{ $end }）で、何も投稿されません。
digest-chance = 今投稿する場合：{ $rule }
digest-chance-none = 今投稿する場合、この記事は候補になりません。
digest-chance-random = 次回はランダムに選ばれます。

### Why a digest was not posted or is paused: stands after a colon

digest-reason-deleted = ダイジェストが削除されました
digest-reason-discord-refused = Discord に投稿を拒否されました
digest-reason-forum-needs-tag = フォーラムでタグが必須ですが、Newsdesk が付けられるタグがありません
digest-reason-no-such-tag = 選んだタグがフォーラムにないか、Newsdesk には付けられません
digest-reason-nothing = 記事がアーカイブからなくなりました
digest-reason-paused = ダイジェストが一時停止されていました
digest-reason-quiet = 休止時間帯の間に投稿期限が過ぎました
digest-reason-too-late = 投稿期限が過ぎました
digest-reason-unreachable = Discord に接続できません（再試行を続けます）

## Posts

permission-view-channel = チャンネルを見る
permission-attach-files = ファイルを添付
permission-send-messages = メッセージを送信
permission-send-messages-in-threads = スレッドでメッセージを送信
permission-create-posts = 投稿を作成
permission-create-public-threads = 公開スレッドの作成
permission-manage-threads = スレッドの管理
permission-pin-messages = メッセージをピン留め
permission-read-message-history = メッセージ履歴を読む

### Why a message was not sent or edited: stands after a colon

reason-bot-removed = Newsdesk はもうそのサーバーにいません
reason-channel-gone = チャンネルが削除されました
reason-fault = Newsdesk の側で問題が起きました（詳細は運営者のログ）
reason-may-not-post = Newsdesk に「{ permission-view-channel }」と「{ permission-send-messages }」の権限が必要です
reason-needs = Newsdesk に権限が必要です（{ $permissions }）
reason-thread-archived = スレッドがアーカイブされ、ロックされています
reason-edit-direct-refused = メンバーが DM を受け付けていません
reason-edit-refused = Discord に編集を拒否されました
reason-edit-no-access = Newsdesk からそのチャンネルが見えなくなりました
reason-edit-too-late = 1 週間 Discord に接続できませんでした
reason-message-gone = メッセージはすでに削除されていました

### Posts that show undone or erased content

posts-marked = 元に戻した内容を今も表示している Newsdesk の投稿が、このサーバーに { $count } 件あります。
posts-marked-choice = 投稿を編集して、その内容を消すことができます。何も残らない投稿は削除されます。
posts-redact = 投稿 { $count } 件から消す
button-redact-posts = 投稿から消す
nothing-changed = 何も変更していません。
posts-kept = 投稿はそのまま残ります。
posts-none-marked = 編集が必要な投稿はありません。
posts-edited = 投稿 { $count } 件を編集しました。
posts-deleted = 内容がなくなった投稿 { $count } 件を削除しました。
posts-waiting = さらに { $count } 件の投稿を、Discord の制限が解け次第編集します。
post-not-edited = 編集できませんでした：{ $link }（{ $reason }）
post-not-edited-direct = 編集できませんでした：DM（{ $reason }）
post-edit-failed = { $link } は、元に戻したか消去した内容をまだ表示しています。Newsdesk では編集できませんでした：{ $reason }。手動で削除してください。
post-items-removed = このメッセージから { $count } 件が削除されました。
post-since-undone = { $count ->
    [0] その後コメントを元に戻しました
   *[other] その後 { $count } 件を元に戻しました
}
post-since-edited = { $count ->
    [0] その後編集済み
   *[other] その後編集済み：{ $count } 件を削除
}
post-since-emptied = その後削除済み：内容がなくなったため
post-since-deleted = その後メッセージは削除済み
post-since-waiting = 編集待ち
post-since-not-edited = 編集できませんでした：{ $reason }

## Follows

follow-search-narrowed = 「{ $query }」（{ $filters }）
follow-everything = すべて（{ $filters }）
follow-comments = 「{ $title }」への新しいコメント
follow-comments-gone = 削除された記事への新しいコメント
follow-added = { $what }をフォローしました。新着があると DM が届きます。
follow-added-here = { $channel } で{ $what }をフォローしました。新着があると Newsdesk がそこに投稿します。
follow-known = { $what }はすでにフォローしています。
follow-known-here = { $channel } では{ $what }をすでにフォローしています。
follow-direct-limits = DM を受け付けていないと、フォローは一時停止します。
follow-now-muted = ミュートしました：{ $what }。{ $list } で再開または解除できます。
follow-now-resumed = 再開しました：{ $what }。次の取り込みから通知します。
follow-now-removed = { $what }のフォローを解除しました。
follow-none = まだ何もフォローしていません。{ $add } で検索をフォローするか、検索結果や記事の下の**フォロー**を押してください。
follow-own = **あなたのフォロー**（DM で通知）
follow-channels = **チャンネルのフォロー**
follow-held-back = 過去 24 時間に、1 日の上限を超えて通知しなかった取り込みが { $count } 件あります。追加された内容は { $catchup } で確認できます。
follow-choose = フォローを選択…
follow-choose-mute = ミュート…
follow-mute = ミュート
follow-resume = 再開
follow-remove = 解除
follow-here = ここでもフォロー
follow-active = 有効
follow-muted = ミュート中
follow-paused = 一時停止中：{ $reason }
follow-paused-notice = { $channel } のフォロー { $count } 件が一時停止しました：{ $reason }。解決したら { $list } で再開してください。
follow-reason-direct-refused = Newsdesk からの DM がブロックされています
follow-reason-discord-refused = Discord にメッセージを拒否されました
follow-reason-left = すでにサーバーのメンバーではありません

### Notices of follows

follow-heading = 新着：{ $what }
follow-heading-comments = 新しいコメント：{ $title }
follow-new-comments = 新しいコメント { $count } 件
follow-threads-at-least = スレッド { $count } 件以上
follow-more = ほか { $count } 件
follow-more-at-least = ほか { $count } 件以上
follow-show-all = すべて表示
follow-show-all-for = すべて表示：{ $what }
follow-last-today = フォローの通知は今日はこれが最後です。残りは { $catchup } で確認できます。上限はモデレーターが { $settings } で引き上げられます。
follow-in-server = { $server } でフォロー中です。
follow-help =
    ### フォロー
    { $add } で検索をフォローできます。一致する記事が取り込まれると、見出しをまとめた DM が 1 通届きます。モデレーターやチャンネルを管理できる人は、`チャンネル`を選ぶとそこに投稿させることもできます。
    検索結果の下の**フォロー**ボタンも同じ働きをします。記事の下では、その記事のコメントをフォローします。
    あとからコメントがいくつ付いても、各記事の通知は 1 度だけです。取り込みを元に戻して取り込み直すと、その記事は新着として扱われます。チャンネルには、すべてのフォローをまとめて取り込みごとに 1 通が届きます。
    {"**"}ミュート**すると、{ $list } で再開するまで通知が止まります。{ $remove } で解除できます。
    1 か所に届く 1 日の通知数はモデレーターが決めます。{ $catchup } では、いつでも前回からの新着をすべて見られます。
    { $digest } では、決めた時間にダイジェストが届きます。**除外…** で、フォローやダイジェストに出す記事を絞り込めます。
    -# 18+ の記事は年齢制限チャンネルでのみ通知します。DM を受け付けていないときやサーバーを退出したときは、あなたのフォローは一時停止します。

## Catch-up

catch-up-heading = ### { $time }（{ $ago }）からの新着
catch-up-first = 初めてのご利用なので、過去 7 日間の新着を表示しています。次回からは、今回以降の新着を表示します。
catch-up-nothing = それ以降、取り込みも投稿もありません。{ $add } でフォローすると、新着の通知が届きます。
catch-up-loaded = **取り込み**
catch-up-counts = { $articles ->
    [0] 新しい記事なし
   *[other] 新しい記事 { $articles } 件
}、{ $comments ->
    [0] 新しいコメントなし
   *[other] 新しいコメント { $comments } 件
}
catch-up-shared-load = 共有アーカイブ
catch-up-more-loads = ほか取り込み { $count } 件
catch-up-posted = **投稿** · ダイジェストと通知 { $count } 件
catch-up-paused = あなたのフォロー { $number }（{ $what }）は一時停止中です：{ $reason }。{ $list } で再開できます。

## Settings

settings-title = ### サーバーの設定
settings-moderators = **モデレーター：** 「サーバー管理」権限を持つメンバー
settings-moderators-and-role = **モデレーター：** 「サーバー管理」権限または { $role } を持つメンバー
settings-shared-archive = { $state ->
    [on] **共有アーカイブ：** オン。運営者のアーカイブも検索します。
   *[off] **共有アーカイブ：** オフ。ここで取り込んだものだけを検索します。
}
settings-adult = { $state ->
    [on] **18+ の記事：** 年齢制限チャンネルでのみ表示
   *[off] **18+ の記事：** 非表示
}
settings-pseudonyms = { $state ->
    [on] **コメント投稿者の名前：** スレッドごとに A、B、C と表示します。コメント本文中の名前はそのままです。
   *[off] **コメント投稿者の名前：** 表示します。
}
settings-digests = **新しいダイジェスト：** ほかのチャンネルを選ばなければ { $channel } に投稿します。
settings-digests-anywhere = **新しいダイジェスト：** ほかのチャンネルを選ばなければ、作成したチャンネルに投稿します。
settings-digest-zone = **ダイジェストのタイムゾーン：** { $zone }
settings-digest-languages = **ダイジェストに載せる記事の言語：** { $languages }
settings-leave-out = **ダイジェストと通知:** { $what }
settings-any-language = すべて
settings-notices = **ダイジェストが一時停止したとき：** モデレーターへの通知を { $channel } に投稿します。
settings-notices-to-maker = **ダイジェストが一時停止したとき：** 作成者に DM で通知します。
settings-follows = **フォローの通知：** 1 か所につき 1 日 { $count } 通まで。`1日の通知上限`で変更できます。
settings-language = **投稿の言語：** { $language }
settings-language-of-server = **投稿の言語：** { $language }（サーバーの言語）
settings-note = /archive、/digest、/settings、/status、/audit は「サーバー管理」権限を持つメンバーに表示されます。モデレーターロールにも表示するには、「サーバー設定」>「連携サービス」> Newsdesk でロールを追加してください。エクスポートしたファイルは、/settings に添付するとインポートできます。
permissions-complete = **権限：**Newsdesk には #{ $channel } で必要な権限がすべてあります。
permissions-missing = **Newsdesk には #{ $channel } で権限が { $count } 件足りません**
permissions-item = - {"**"}{ $permission }**：{ $why }
permissions-why = { $permission ->
    [view_channel] チャンネルを見るため
    [send_messages] ダイジェスト、通知、共有カード、メンションへの答えを投稿するため
    [send_messages_in_threads] スレッドで答えるため
    [create_public_threads] 議論やダイジェストのスレッドを作るため
    [attach_files] グラフ、書き出し、拒否された行の一覧を添付するため
   *[read_message_history] 自分の投稿を見つけ、二重に投稿しないため
}
permissions-what-to-do = チャンネルの設定で「権限」を開き、Newsdesk のロールに許可してください。
permissions-no-channel = { $server } には Newsdesk が投稿できるテキストチャンネルがありません。作成してから、もう一度確認してください。
settings-role-placeholder = モデレーターロール
settings-digest-placeholder = 新しいダイジェストのチャンネル
settings-notices-placeholder = モデレーターへの通知のチャンネル
settings-languages-placeholder = ダイジェストに載せる記事の言語：すべて
settings-language-placeholder = 投稿の言語：サーバーと同じ
settings-switch-shared = { $to ->
    [on] 共有アーカイブをオンにする
   *[off] 共有アーカイブをオフにする
}
settings-switch-adult = { $to ->
    [on] 18+ の記事を表示
   *[off] 18+ の記事を非表示
}
settings-switch-names = { $to ->
    [on] 名前を隠す
   *[off] 名前を表示
}
settings-zone = タイムゾーン…
settings-zone-title = ダイジェストのタイムゾーン
settings-zone-label = 地域/都市（例：Asia/Tokyo）
settings-export = エクスポート

### Settings as a file

settings-exported = **設定ファイル：** このサーバーの設定、{ $digests ->
    [0] ダイジェストなし
   *[other] ダイジェスト { $digests } 件
}、{ $follows ->
    [0] チャンネルのフォローなし
   *[other] チャンネルのフォロー { $follows } 件
}。メンバー個人のフォローは非公開のため含みません。
settings-import = ### この設定をインポートしますか？
settings-imported = **設定をインポートしました。**
settings-not-imported = インポートをキャンセルしました。何も変わっていません。
settings-import-nothing = ファイルの内容はすべて設定済みです。
settings-import-confirm = インポート
settings-import-digests = 新しいダイジェスト { $count } 件
settings-import-follows = 新しいフォロー { $count } 件
settings-import-already = ファイル内のダイジェストとフォローのうち { $count } 件は設定済みです。
settings-import-left-out = { $count } 件は除かれます。チャンネルか記事がここにないか、あなたか Newsdesk がそこに投稿できないか、名前が非表示のためです。
settings-state = { $state ->
    [on] オン
   *[off] オフ
}
settings-none = なし
settings-field-moderator-role = モデレーターロール
settings-field-shared-archive = 共有アーカイブ
settings-field-zone = タイムゾーン
settings-field-moderator-channel = モデレーターへの通知のチャンネル
settings-field-digest-channel = 新しいダイジェストのチャンネル
settings-field-languages = ダイジェストに載せる記事の言語
settings-field-leave-out = 除外するもの
settings-field-language = 投稿の言語
settings-field-adult = 18+ の記事
settings-field-pseudonyms = 名前の非表示
settings-field-follow-cap = 1 日のフォロー通知の上限
settings-places-where = { $rule ->
    [nowhere] **メンバーが Newsdesk で投稿できる場所：** まだありません。下から選んでください。
    [only] **メンバーが Newsdesk で投稿できる場所：** { $channels } のみ
    [except] **メンバーが Newsdesk で投稿できる場所：** { $channels } を除くすべてのチャンネル
   *[everywhere] **メンバーが Newsdesk で投稿できる場所：** すべてのチャンネル
}
settings-mentions = { $state ->
    [on] **メンション：** それらの場所で回答します。
   *[off] **メンション：** 回答しません。
}
settings-places = 投稿場所…
settings-places-title = ### メンバーが Newsdesk で投稿できる場所
settings-places-note = 共有したカード、議論のスレッド、メンションへの回答に適用されます。スレッドは元のチャンネルの設定に従います。それ以外の場所では、コマンドは本人だけに返信します。ダイジェストとフォローは、それぞれに選んだチャンネルに投稿します。
settings-places-rule = { $rule ->
    [only] 選んだチャンネルのみ
    [except] 選んだチャンネル以外
   *[everywhere] すべてのチャンネル
}
settings-places-placeholder = チャンネルとカテゴリー
settings-places-back = 設定に戻る
settings-switch-mentions = { $to ->
    [on] メンションに回答する
   *[off] メンションに回答しない
}
settings-field-posting-rule = メンバーが投稿できる場所
settings-field-posting-channels = その対象チャンネル
settings-field-answers-mentions = メンションへの回答

## Privacy

privacy-question = **{ $name } さんの内容を消去しますか？**
privacy-found = スレッド { $threads } 件に、{ $what }があります。
privacy-found-nothing = この名前で書き込みや投稿をした人は、ここにはいません。
privacy-found-part = アーカイブが大きく、一度には数えきれません。ほかにもある可能性があります。
privacy-nearest = ここにある似た名前: { $names }
privacy-effect =
    この人の記事とコメントを空にし、名前をすべての場所から消去します。返信は「[deleted]」の下に残ります。あとでファイルを取り込んでも、取り込みを元に戻しても、消去した内容は戻りません。
    {"**"}この操作は取り消せません。**
privacy-limits = この人を引用した Newsdesk の投稿も、Discord で可能な範囲で編集します。対象外：共有アーカイブ（変更できるのは運営者だけです）と、ほかの人がこの人について書いた内容。
privacy-confirm = 完全に消去
privacy-keep-out = 今後の取り込みから除く
privacy-erasing = **{ $name } さんの内容を消去しています…** 大きなアーカイブでは少し時間がかかります。
privacy-erased = **{ $name } さんの内容を消去しました。** 実行：{ $by }
privacy-erased-counts = 空にしたもの：{ $comments ->
    [0] コメントなし
   *[other] コメント { $comments } 件
}、{ $articles ->
    [0] 記事なし
   *[other] 記事 { $articles } 件
}。
privacy-erased-nothing = その名前のものはありませんでした。今後の取り込みでも除外します。
privacy-erased-limits = 今後取り込んでも、消去した内容は戻りません。メンバーの手元のコピーや引用には影響しません。

## The audit list: who did what, and when

audit-title = { $count ->
   *[other] **操作履歴** · { $count } 件（新しい順）
}
audit-none = まだ何もありません。取り込み、取り消した取り込み、投稿者の消去、書き出し、設定・ダイジェスト・チャンネルのフォローのフィルターの変更がここに並びます。
audit-note = 記録は 1 年間保存されます。消去した投稿者の名前は残りません。
audit-load = { $state ->
    [done] 取り込み { $load }：{ $name }
    [cancelled] 取り込み { $load }：{ $name }（中止）
   *[failed] 取り込み { $load }：{ $name }（失敗）
}
audit-load-paused = 取り込み { $load } を一時停止
audit-load-resumed = 取り込み { $load } を再開
audit-undo = 取り込み { $load } を元に戻し済み
audit-forget = 投稿者 1 人の内容を消去
audit-purge = 運営者がアーカイブの一部を削除
audit-request-declined = 消去の依頼を却下
audit-export = { $what ->
    [thread] スレッドを { $format } で書き出し
    [search] 検索結果を { $format } で書き出し
   *[archive] アーカイブを { $format } で書き出し
}
audit-setting = { $setting }：{ $old } → { $new }
audit-digest = { $what ->
    [created] ダイジェスト { $digest } を作成
    [edited] ダイジェスト { $digest } を編集
    [paused] ダイジェスト { $digest } を一時停止
    [resumed] ダイジェスト { $digest } を再開
    [deleted] ダイジェスト { $digest } を削除
   *[run] ダイジェスト { $digest } を予定外に投稿
}
audit-follow-filters = { $channel } のフォロー { $follow } のフィルター：{ $old } → { $new }
privacy-backups = 以前のバックアップにはまだ残っています。
privacy-backup = { $name }（{ $day }）
privacy-backups-known = 運営者が削除するまで、以前の次のバックアップにはまだ残っています: { $backups }

## What is stored about a member (/privacy mine)

mine-title = **あなたについて保存されているデータ**
mine-nothing = あなたの Discord ID で保存されているデータはありません。
mine-authors = これは Discord アカウントのデータです。別の場所で書いた記事やコメントの消去は { $request } で依頼できます。
mine-follows = { $count ->
   *[other] DM でのフォロー { $count } 件
}
mine-own-digests = { $count ->
   *[other] DM でのダイジェスト { $count } 件
}
mine-channel-follows = { $count ->
   *[other] あなたがチャンネル用に作ったフォロー { $count } 件
}
mine-digests = { $count ->
   *[other] あなたが作ったダイジェスト { $count } 件
}
mine-shared = { $count ->
   *[other] あなたが共有・投稿したカード { $count } 件
}
mine-messages = { $count ->
   *[other] あなたに送ったメッセージの記録 { $count } 件
}
mine-visits = { $count ->
   *[other] 最後に bot を使った日時（{ $count } サーバー）
}
mine-searches = { $count ->
   *[other] 保存した検索 { $count } 件
}
mine-requests = { $count ->
   *[other] 消去の依頼 { $count } 件
}
mine-tokens = 今日の言語モデルの使用量（UTC の 0 時まで）
mine-audit = { $count ->
   *[other] モデレーターの操作履歴 { $count } 件（1 年間）
}
mine-loads = { $count ->
   *[other] 取り込み結果 { $count } 件にある名前
}
mine-kept = 質問や検索はあなたの名前では保存されません。取り込み結果、依頼、使用量、操作履歴はここでは削除できません。
mine-delete = 削除
mine-question = **保存されているデータを削除しますか？**
mine-effect = あなた自身のフォロー、ダイジェスト、保存した検索、最後の利用日時、あなたに送ったメッセージの記録を削除します。そのメッセージは以後訂正できなくなります。ダイジェスト、チャンネルのフォロー、共有したカードは、あなたの名前を外して残ります。
mine-confirm = 完全に削除
mine-deleted = **データを削除しました。** バックアップには、それが削除されるまで残ります。

## The privacy policy

policy-title = ### プライバシーポリシー
policy-text =
    Newsdesk は、モデレーターと運営者が取り込んだ記事とコメントを、公開時の投稿者名とともに保存します。サーバーのアーカイブはそのサーバーでだけ見られます。共有アーカイブは、無効にしていないすべてのサーバーで見られます。
    サーバーの設定、ダイジェスト、フォローと、それを作った人の Discord ID と名前、訂正や削除のための bot 自身のメッセージの ID、メンバーが各サーバーで最後に利用した日時も保存します。
    読むのは、bot へのメンション、返信、DM だけです。データを販売したり、広告やモデルの学習に使ったりすることはありません。
policy-no-log = 質問は保存されません。
policy-log = 運営者は質問を保存します。質問した人の名前や ID は含みません。
policy-model = 質問と見つかった引用は、メンバーやコメント投稿者の名前を除いて、言語モデルに送られます。
policy-retention = **保存期間**：投稿の記録は { $posts } 日、利用日時は { $visits } 日、モデレーターの操作履歴は { $audit } 日。アーカイブと設定は、モデレーターか運営者が削除するまで残ります。
policy-purged = { $days ->
   *[other] **サーバーが bot を削除すると**、{ $days } 日後にそのアーカイブと設定を完全に削除します。
}
policy-stays = **サーバーが bot を削除しても**、運営者が削除するまでデータは残ります。
policy-contact = **連絡先**：{ $contact }
policy-no-contact = **連絡先**：運営者は連絡先を設定していません。このサーバーのモデレーターに尋ねてください。
policy-commands = { $mine } で自分のデータの確認と削除、{ $request } で投稿者としての消去の依頼ができます。

## Requests to be forgotten

request-sent = **依頼をモデレーターに送りました。** { $name } さんが書いたものをこのサーバーのアーカイブからすべて消去するかどうかを判断します。本人確認を求められることがあります。DM を受け取れる場合は、結果を DM でお知らせします。
request-shared = これはこのサーバー自身のアーカイブについての依頼です。共有アーカイブは運営者のものです。
request-shared-contact = これはこのサーバー自身のアーカイブについての依頼です。共有アーカイブについては運営者に連絡してください：{ $contact }
request-none = 未処理の依頼はありません。
request-more = { $count ->
   *[other] ほかに { $count } 件の依頼が待っています。
}
request-card = **消去の依頼**
    { $member } さんが、**{ $name }** さんの書いたものをこのサーバーのアーカイブからすべて消去するよう求めています。
request-check = 先に本人かどうかを確認してください。投稿に使ったアカウントからのメッセージなどで確かめられます。
request-grant = 完全に消去
request-decline = 却下
request-decided = { $what ->
    [granted] **依頼を承認しました**（{ $by }）。{ $member } さんが挙げた投稿者の内容を消去しました。
   *[declined] **依頼を却下しました**（{ $by }）。{ $member } さんについて変更はありません。
}
request-answer = { $what ->
    [granted] { $server } のモデレーターが依頼を承認しました。挙げた投稿者の内容はアーカイブから消去されました。
   *[declined] { $server } のモデレーターが消去の依頼を却下しました。理由は直接尋ねることができます。
}
request-owner = { $server } で、投稿者としての消去を求める依頼がありました。そのサーバーで { $command } を使って判断してください。依頼をチャンネルで受け取るには、設定でモデレーター用のチャンネルを選んでください。

## Command line: help

cli-about = Newsdesk は、ニュース記事とその議論を検索できるアーカイブです。
cli-audit = 誰が何を取り込み、元に戻し、消去し、変更したかを一覧する
cli-audit-about = この種類の操作だけを表示する
cli-audit-offset = この件数だけ飛ばして表示する
cli-export = スレッド、検索結果、アーカイブを書き出す
cli-export-loads-again = NDJSON は同じ内容のまま再び取り込めます。書き出し先は標準出力か --output です。
cli-export-thread = この記事とコメントだけ（ID かタイトルで指定）
cli-export-search = この検索のスレッドだけ（最大 500 件）
cli-export-format = markdown、csv、または再取り込みできる ndjson（既定）
cli-export-output = 書き込むファイル
cli-exit-codes = 終了コード：0 正常、1 見つからない、2 入力の誤り、69 Discord に接続できない。空の一覧は 0 です。
cli-usage = 使い方：
cli-heading-commands = コマンド
cli-heading-arguments = 引数
cli-heading-options = オプション
cli-help = このヘルプを表示する
cli-version = バージョンを表示する
cli-data = データベースのフォルダー（既定：NEWSDESK_DATA、なければ「data」）
cli-guild = 共有アーカイブではなく、この Discord サーバーのアーカイブを使う
cli-json = プログラム用に JSON オブジェクトを 1 つ出力する

cli-article-id = 記事の番号、キー（t3_…）、またはタイトル
cli-source = このサイトだけ（例：courier.example）
cli-after = この日以降（例：2024-03-12）
cli-before = この日より前
cli-limit = 表示する件数の上限（既定：{ $default }）

cli-article = 記事とコメントを表示する
cli-article-comments = 表示するコメント数の上限、新しい順（既定：すべて）
cli-article-newest = コメントを新しい順に、返信を字下げせずに表示する
cli-ask = 質問に、アーカイブからの引用で答える
cli-ask-question = 質問（自由な文章で）
cli-ask-article = この記事とコメントだけについて質問する
cli-ask-exit-code = アーカイブに答えがないときの終了コードは 1 です。
cli-backup = データをバックアップし、検査する（ボットの実行中も可能）
cli-backup-target = バックアップ先のフォルダー
cli-restore = バックアップを復元する（今のファイルは別に残る）
cli-restore-folder = バックアップのフォルダー
cli-check = データベースを検査し、問題の直し方を示す
cli-check-repair = 壊れた検索インデックスを作り直す
cli-comments = 記事についてのみんなの声を表示する
cli-comments-list = 代わりにコメントを一覧表示する
cli-comments-order = 一覧の並び順（既定：thread）
cli-comments-hide-bots = ボットのコメントを除く
cli-comments-one-thread = この記事のスレッドだけを一覧表示し、ほかのスレッドを除く
cli-comments-timeline = newsdesk timeline { $id } で一覧表示できます。
cli-comments-replies = このコメントへの返信だけを一覧表示する
cli-comments-offset = この件数のコメントを飛ばす
cli-deliveries = 定期ダイジェストが投稿されたかを表示する
cli-deliveries-schedule = このダイジェストだけ
cli-follows = チャンネルとメンバーのフォローを一覧表示する
cli-follows-remove = このフォローを解除する
cli-forget = 投稿者の名前と文章を完全に消去する
cli-forget-everywhere = --guild がなければ、すべてのアーカイブが対象です。
cli-forget-what = 消去する対象
cli-forget-name = 投稿者の名前（大文字と小文字は区別しない）
cli-forget-dry-run = 消去せずに、消去される内容を表示する
cli-forget-keep-out = アーカイブに投稿がなくても、この名前を消去の対象にする
cli-purge = 記事とコメントを、古さ・配信元・サブレディットで選んで完全に削除する
cli-purge-permanent = --guild があればそのサーバーのアーカイブ、なければ共有アーカイブが対象です。元に戻せないので、先にバックアップを作ってください。
cli-purge-subreddit = このサブレディットだけ
cli-purge-all = 取り込みの一覧を含め、アーカイブ全体
cli-purge-dry-run = 削除せずに、削除される内容を表示する
cli-load = ファイルから記事とコメントを取り込む
cli-load-path = 取り込むファイルとフォルダー（.zip、.tar、.gz、.xz、.zst も可）
cli-load-resume = この取り込みを再開する（番号がなければ、最後に停止または失敗したもの）
cli-load-name = 取り込みの名前（既定：最初のファイル名）
cli-load-dry-run = 取り込まず、対象になるものを表示する
cli-load-subreddit = このサブレディットだけ（繰り返し指定可）
cli-load-min-score = このポイント以上のものだけ
cli-load-min-length = この文字数以上のコメントだけ
cli-load-over-18 = 通常は除かれる 18+ の内容も含める
cli-load-filters = 絞り込みは記事とコメントの 1 件ずつに適用されます。記事ページにはサブレディットもポイントもありません。
cli-loads = 最近の取り込みを一覧表示する
cli-loads-rejected = この取り込みで拒否されたものをすべて、1 行に 1 つの JSON で表示する
cli-mcp = AI ツールが MCP でアーカイブを読めるようにする
cli-related = 関連する記事を探す
cli-timeline = ニュースの経過とスレッドを見る
cli-run = ボットを実行する（DISCORD_TOKEN が必要）
cli-run-shards = 複数のプロセスの 1 つとして動かす：担当するシャード（例：0-3/16）。auto なら Discord が推奨する数を均等に分ける
cli-schedules = 定期ダイジェストを一覧表示する
cli-search = 記事とコメントを検索する
cli-search-query = 語、"完全一致"、-除外、A OR B、abc*
cli-search-in = 検索する場所（既定：両方）
cli-search-author = この人の記事やコメントだけ
cli-search-order = 結果の並び順（既定：relevance）
cli-search-offset = この件数だけ飛ばして表示する
cli-browse = 配信元、サブレディット、フレア、日、月からアーカイブを探す
cli-browse-by = 何で分けるか。省くと新しい記事を並べます
cli-browse-value = この配信元、サブレディット、フレア、日（2024-03-12）、月（2024-03）の記事だけ
cli-stats-by = 月、配信元、サブレディットごとにスレッドを数える
cli-trend = 検索に一致する文章の数の推移を表示する
cli-stats = アーカイブの中身を表示する
cli-status = ボット、取り込み、投稿の状態を表示する
cli-status-running = Discord に接続しているかだけを表示する（未接続なら終了コード 1）
cli-summary = 記事の要点となる文を表示する
cli-try = Discord なしで、ブラウザーでボットを試す
cli-try-port = ローカルページのポート（既定：空いているもの）
cli-try-data = アーカイブをこのフォルダーに残す（既定：何も残さない）
cli-undo = 取り込みを元に戻す
cli-undo-load = 取り込みの番号

## Command line: mistakes in what was typed

cli-mistake-in = { $argument_name }：{ $message }
cli-mistake-missing = 指定されていません：{ $value }
cli-mistake-missing-one = いずれか 1 つを指定してください：{ $value }
cli-mistake-unknown = 認識できません：{ $value }
cli-mistake-conflict = { $value } とは一緒に使えません
cli-mistake-unwanted-value = 値は不要ですが、{ $value } が指定されました
cli-mistake-no-value = 値が必要です
cli-mistake-ambiguous = { $option } に当てはまるものが複数あります：{ $matches }
cli-mistake-choice = { $value } は使えません。使えるもの：{ $choices }
cli-mistake-example = 入力例：{ $example }
cli-not-an-author = 「{ $text }」は投稿者の名前として使えません
cli-not-a-server = 「{ $text }」は Discord サーバーの ID ではありません
cli-not-shards = 「{ $text }」は auto でも、0-3/16 のようなシャードの指定でもありません
cli-not-a-number = 「{ $text }」は { $minimum }～{ $maximum } の整数ではありません

## Command line: what it prints

cli-undated = 日付なし
cli-by = { $name }、{ $time }
cli-posted-by = 投稿者：{ $author }
cli-commenter = コメント投稿者：{ $author }
cli-headline = 見出し
cli-article-number = 記事 { $id }
cli-comment-number = コメント { $id }
cli-digest-number = ダイジェスト { $id }
cli-server = サーバー { $id }
cli-channel = チャンネル { $id }
cli-member = メンバー { $id }

cli-search-found = { $query }の検索結果：スレッド { $count } 件
cli-search-more = { $query }の検索結果：スレッド { $count } 件超
cli-search-respelt = { $query }に一致するスレッドはありません。{ $instead }の検索結果：{ $count } 件
cli-summary-sentences = { $count } 文中 { $shown } 文

cli-ask-differs = 別の情報源には異なる記述があります
cli-ask-supporters = コメント { $read } 件中 { $count } 件

cli-digest-disputed-figures = { $count } 人が記事の内容に異を唱えています：{ $ours } ではなく { $theirs }
cli-digest-busiest = 最も活発だった時間：{ $time } からの { $span }にコメント { $count } 件

cli-loading = 取り込み中
cli-load-waiting = 別の取り込みが終わるのを待っています
cli-load-ended = { $state ->
    [done] { $name } を取り込みました（{ $duration }）
    [cancelled] { $name } をキャンセルしました（{ $duration }）
    [paused] { $name } を停止しました（{ $duration }）
   *[failed] { $name } を最後まで取り込めず、停止しました（{ $duration }）
}
cli-load-preview = 取り込み対象：記事 { $articles } 件、コメント { $comments } 件
cli-load-not-written = 何も取り込んでいません。取り込むには、--dry-run を付けずに実行してください。
cli-load-rejected = 取り込み不可 { $count } 件：
cli-load-more-rejected = ほか { $count } 件
cli-load-rejects-file = 全件の一覧：{ $path }
cli-load-rejects-command = newsdesk loads --rejected { $load }
cli-load-resume-hint = 続けるには：newsdesk load --resume { $load }
cli-load-undo-hint = 元に戻すには：newsdesk undo { $load }
cli-loads-none = まだ何も取り込んでいません。始めるには：newsdesk load FILE
cli-forget-done = 記事 { $articles } 件とコメント { $comments } 件を空にし、投稿者の名前をすべての場所から消去しました。ダンプを取り込み直しても戻りません。
cli-forget-nothing = この投稿者のものはありませんでした。今後ダンプを取り込んでも追加されません。
cli-forget-unknown = 何も変更していません。以前に消去の対象とした名前でなければ、今後の取り込みで追加されることがあります。防ぐには --keep-out を付けてください。

cli-schedules-none = 定期ダイジェストはありません。モデレーターが Discord の /digest create で作成できます。
cli-next = 次回 { $time }
cli-deliveries-none = 投稿予定の時刻を迎えたダイジェストはまだありません。予定を見るには：newsdesk schedules
cli-follows-none = フォローはまだありません。メンバーが Discord の /follow add で追加できます。
cli-audit-none = 記録はまだありません。
cli-export-done = { $path } に書き出しました：記事 { $articles } 件、コメント { $comments } 件。
cli-audit-shared = 共有アーカイブ
cli-follows-removed = フォロー { $id } を解除しました：{ $what }。

cli-stats-articles = { $sources } 件の配信元から記事 { $articles } 件
cli-stats-size = ディスク上で { $size }
cli-transfer = アーカイブを別のデータベースに移す
cli-transfer-to = PostgreSQL データベースのアドレス、または SQLite のフォルダー
cli-transfer-copying = { $table } をコピー中: { $total } 行中 { $done } 行
cli-transfer-comparing = { $table } を照合中: { $total } 行中 { $done } 行
cli-transfer-stopped = 停止しました。続けるには同じコマンドをもう一度実行してください。
cli-transferred =
    { $rows ->
       *[other] { $rows } 行をコピーして照合しました。
    }
cli-transferred-url = DATABASE_URL にそのアドレスを設定して、ボットを起動してください。元のデータベースは変更されていません。
cli-transferred-folder = DATABASE_URL を空にし、NEWSDESK_DATA に { $folder } を設定して、ボットを起動してください。元のデータベースは変更されていません。
cli-backup-restore = 検査済みです。復元するには、ボットを止めて次を実行します：newsdesk restore { $folder }
cli-restored = { $folder } を復元しました。
cli-restored-check = テキストは無事ですが、ほかに問題があります。newsdesk check で対処を確認してください。
cli-restored-aside = 以前のファイルは { $folder } にあります。問題がなければ削除してください。
cli-upgrade-backup = 更新前のバックアップ（{ $size }）：{ $part }
cli-upgrade-running = { $file } を更新中です（経過 { $duration }）。
cli-upgrade-done = { $file } を { $duration }で更新しました。元に戻すには newsdesk restore { $backup } を実行し、以前のバージョンを使ってください。
cli-check-ok = OK
cli-check-broken = 異常

## Command line: what "newsdesk check" finds: what was checked, the result, and what to do

check-pages = { $file }：ページ
check-pages-good = 正常
check-schema = { $file }：テーブル
check-schema-good = 欠けなし
check-schema-bad = 見つからないか、正しくないもの：{ $names }
check-references = { $file }：参照
check-references-good = 欠けなし
check-references-bad = 参照先のないもの { $count } 件
check-counts-good = 正確
check-comment-counts = { $file }：コメント数
check-comment-counts-bad = コメント数が合わない記事 { $count } 件
check-receipts = { $file }：取り込み結果
check-receipts-bad = 存在しないコメントを載せた取り込み結果 { $count } 件
check-totals = { $file }：合計
check-totals-bad = コメントの数と合わない取り込み結果 { $count } 件
check-numbers = { $file }：ID
check-numbers-bad = ID が重複しうるアーカイブ { $count } 件
check-undos = { $file }：元に戻した取り込み
check-undos-good = 完了
check-undos-bad = 一部だけ元に戻したもの：{ $loads }
check-undos-advice = 元に戻す処理の実行中でなければ、もう一度「元に戻す」を実行して完了させてください。
check-statistics = { $file }：検索の統計
check-statistics-good = 欠けなし
check-statistics-bad = 最後の更新に失敗：{ $parts }
check-statistics-advice = 検索はできますが、綴りの補正や語形の変化が効かないことがあります。原因はログで確認してください。Newsdesk の更新後は、次の取り込みで統計も更新されます。
check-indexes = { $file }：検索インデックス
check-index = { $file }：検索インデックス { $table }
check-index-good = 本文と一致
check-index-bad = 本文と不一致
check-index-rebuilt = 本文と一致しなかったため作り直しました
check-index-advice = 作り直すには：newsdesk check --repair
check-index-skipped = 未検査
check-index-room = データフォルダーのあるディスクに { $size } の空きを作ってから、もう一度検査してください。
check-not-created = 未作成
check-not-ours = Newsdesk のデータベースではありません
check-newer = 新しいバージョンの Newsdesk で作成されています
check-upgrade = Newsdesk を更新してください。
check-damaged = 破損
check-unreadable = 読み取れません
check-disk = ディスクとフォルダーのアクセス権を確認してください。
check-restore = ボットを止め、newsdesk restore で最後のバックアップを復元してから、もう一度検査してください。

## Configuration: settings that are wrong, as the command line shows them

config-problem = { $name }：{ $problem }
config-token-missing = DISCORD_TOKEN がありません。Discord Developer Portal でアプリケーションを作り、「Bot」ページからトークンをコピーして（3 つの特権インテントはオフのまま）、.env または環境変数で DISCORD_TOKEN を設定してください。次の起動時に招待リンクが表示されます。
config-token-with-bot = 「Bot」という語を除き、トークンだけを指定してください。
config-no-token = ボットのトークンではありません。トークンは、点でつながった 3 つの部分からなり、空白を含みません。
config-not-a-folder = 「{ $path }」はフォルダーではありません。
config-no-such-folder = フォルダー「{ $path }」がありません。
config-time = 「{ $text }」は時刻ではありません。03:00 のように書いてください。
config-no-file = 「{ $path }」はファイルとして使えません。既存のフォルダー内のファイル名を指定してください。
config-no-policy = 「{ $path }」はテキストとして読めません。UTF-8 のテキストファイルを指定してください。
config-long-policy = 「{ $path }」は長すぎます。{ $most } 文字までです。
config-long-contact = 長すぎます。{ $most } 文字までです。
config-one-of = 「{ $text }」は使えません。使える値：{ $choices }
config-some-of = 「{ $text }」は使えません。次から 1 つ以上を指定してください：{ $choices }
config-number = 「{ $text }」は使えません。{ $minimum }～{ $maximum } の整数を指定してください。
config-vectors = 「{ $text }」は使えません。shipped、off、フォルダー、または somebody/model のようなハブ上の名前を指定してください。
config-vectors-need-extra = model2vec が必要です。newsdesk[model2vec] をインストールするか、shipped または off を指定してください。
config-no-address = ウェブアドレスではありません。http://localhost:8080/v1 のように指定してください。
config-no-database = PostgreSQL データベースのアドレスではありません。postgresql://user:password@host/newsdesk のように指定し、パスワードの特殊文字は %40 のように書いてください。
config-database-needs-extra = psycopg が必要です。newsdesk[postgres] をインストールするか、この設定を空にしてください。
config-address-with-key = アドレスだけを指定してください。キーは LLM_API_KEY に設定します。
config-no-key = キーではありません。キーには空白もアクセント記号付きの文字も含まれません。
config-alert = Webhook のアドレスでもユーザーの ID でもありません。
config-half-a-model = { $missing } がありません。{ $given } を使うには必要です。
config-misspelt = { $name } という設定はありません。{ $near } ではありませんか？
config-env-file = .env を読み取れません：{ $reason }

## Loads

load-starting = **取り込み中** { $name } · ファイルを読んでいます…
load-queued = **待機中** { $name } · 今の取り込みが終わると自動で始まります
load-running = **取り込み中** { $name }
load-left = 残り { $duration }
load-comments-of = コメント 約 { $total } 件中 { $count } 件
load-rate = { $count } 件/秒
load-read = { $done } 読み取り済み
load-read-of = { $total } 中 { $done } 読み取り済み
load-rejected = 取り込み不可 { $count } 件
load-rejected-attached = 取り込み不可 { $count } 件（添付ファイルを参照）
load-left-out = { $reason ->
    [subreddit] 対象外 { $count } 件：ほかのサブレディット（{ $option }）
    [after] 対象外 { $count } 件：期間より前（{ $option }）
    [before] 対象外 { $count } 件：期間より後（{ $option }）
    [min_score] 対象外 { $count } 件：ポイント不足（{ $option }）
    [min_length] 対象外 { $count } 件：短すぎる（{ $option }）
   *[over_18] 対象外 { $count } 件：18+（{ $option } で取り込めます）
}
load-left-out-uncounted = 対象外 { $count } 件（18+ または絞り込みによる）

load-receipt = { $state ->
    [done] **取り込み完了** { $name }（{ $duration }）
    [cancelled] **キャンセル** { $name }（{ $duration }）
    [paused] **一時停止** { $name }（{ $duration }）
    [failed] **失敗** { $name }（{ $duration }）
    [undone] **元に戻し済み** { $name }
    [undoing] **一部を元に戻し済み** { $name }
   *[running] **取り込み中** { $name }
}
load-new-articles = { $count ->
    [0] 新しい記事なし
   *[other] 新しい記事 { $count } 件
}
load-new-comments = { $count ->
    [0] 新しいコメントなし
   *[other] 新しいコメント { $count } 件
}
load-updated = 更新 { $count } 件
load-unchanged = 変更なし { $count } 件
load-older = 収録済みより古い { $count } 件
load-waiting = コメント { $count } 件は記事がまだないため表示されません。記事（Reddit のダンプでは投稿、RS_…）を取り込むと表示されます。
load-missing = アーカイブにないコメントがほかに { $count } 件あります。「さらに読み込む」の先か、取り込んでいないファイルにある可能性があります。
load-books = { $kind ->
    [articles] 読み込んだ記事 { $read } 件（{ $parts }）
   *[comments] 読み込んだコメント { $read } 件（{ $parts }）
}
load-books-part = { $what ->
    [new] 新規 { $count }
    [updated] 更新 { $count }
    [unchanged] 変更なし { $count }
    [older] 古い版 { $count }
    [waiting] 記事待ち { $count }
    [rejected] 取り込み不可 { $count }
   *[left_out] 対象外 { $count }
}
load-unaccounted = 読み込んだのに行き先のない項目が { $count } 件あります。Newsdesk の不具合ですので、ご報告ください。
load-nothing = 何も取り込まれませんでした。
load-nothing-new = 新しいものはありません。アーカイブに収録済み：{ $what }。
load-number = 取り込み { $load }
load-by = 実行：{ $who }
load-rejects-cut = 添付ファイルは全 { $size } の先頭部分です。全体は、運営者のデータフォルダーに rejects/{ $load }.ndjson としてあります。
load-pausing = 取り込み { $load } を一時停止しています。まもなく再開できるようになります。
load-cancelling = 取り込み { $load } をキャンセルしています。まもなく結果が表示されます。
load-never-started = 何も取り込まれませんでした。
load-interrupted = Newsdesk を終了しています。次に起動すると、取り込みは自動で続きます。
load-out-of-sight = Newsdesk にはここに投稿する権限がないため、このメッセージの更新は 15 分で止まります。結果は { $command } で確認できます。
load-direct = この取り込みを元に戻すには、サーバーで { $undo } を使います。
load-ended = { $how ->
    [cancelled] **キャンセル** { $name }
    [interrupted] **中断** { $name }
   *[failed] **失敗** { $name }
}

load-would-load = **取り込み対象** { $name }
load-would-change = 現在のアーカイブとの比較：
export-done = { $count ->
   *[other] { $format } で**書き出しました**（{ $count } ファイル）
}
export-points = { $count ->
   *[other] { $count } ポイント
}
export-running = **書き出し中**
export-loads-again = このアーカイブにも別のアーカイブにも再び取り込めます。ファイルを /archive load に添付してください。
export-by = 投稿：{ $who }
load-dates = { $first }～{ $last }
load-would-reject = 取り込み不可の見込み { $count } 件
load-room = 必要なディスク容量は最大 { $needed }、空きは { $free } です。
load-no-room = ディスクに収まりません。最大 { $needed } が必要ですが、空きは { $free } です。
load-previewed = 何も取り込んでいません。取り込むには、「試行」を付けずにもう一度実行してください。

load-undo = 取り込みを元に戻す
load-undo-rest = 残りを元に戻す
load-undo-question = **取り込み { $load } を元に戻しますか？** { $name }
    追加された記事 { $articles } 件とコメント { $comments } 件を削除し、変更された内容を復元します。
load-undoing = **取り込み { $load } を元に戻しています**
load-removing = 記事 { $articles } 件とコメント { $comments } 件を削除しています。
load-undone = **取り込み { $load } を元に戻しました**
load-removed = 記事 { $articles } 件とコメント { $comments } 件を削除しました。
load-restored = { $count } 件を以前の内容に復元しました。
load-undone-by = 元に戻した人：{ $who }

load-list = **取り込み**（新しい順）
load-none = まだ取り込みがありません。{ $command } で記事とコメントを追加できます。
load-open = 取り込み結果を開く…
load-state = { $state ->
    [done] 完了
    [cancelled] キャンセル済み
    [paused] 一時停止中
    [failed] 失敗
    [undone] 元に戻し済み
    [undoing] 一部を元に戻し済み
   *[running] 取り込み中
}
answer-not-for = **{ $words }についての答えは見つかりませんでした。**
load-own-archive = **このサーバーのアーカイブ**
load-own-empty = まだ何もありません。{ $command } で記事とコメントを追加できます。
load-shared-archive = **共有アーカイブ**（ボットの運営者が提供）
load-shared-empty = まだ何もありません。追加できるのは運営者だけです。
load-sources = 配信元 { $count } 件
load-loads = 取り込み { $count } 件
load-help =
    ### 取り込み
    { -accepted-files }{ $load } にファイルを添付するか、大きなものは運営者の受け渡しフォルダーから`パス`で指定します。
    {"**"}オプション**の`サブレディット`、`以降`、`より前`、`最低ポイント`で絞り込めます。18+ の内容は、`18歳以上も含める`を指定しないかぎり除かれます。`試行`では、取り込まれるものを確認できます。
    {"**"}実行中**は一時停止やキャンセルができます。再起動後は自動で続きます。読み取れない行は理由とともにファイルにまとめられ、それ以外はすべて取り込まれます。同じダンプをもう一度取り込むと、新しいものだけが追加されます。
    {"**"}取り込み後**は、{ $undo } で追加分をすべて削除できます。
    -# 特定の人の記事とコメントをこのサーバーのアーカイブから消去するには、{ $forget } を使います。

load-problem-interrupted = 取り込み中に Newsdesk が停止しました。再開すると、止まったところから続きます。
load-problem-lost = 取り込み中に Newsdesk が停止しました。取り込んだ分は残っています。元に戻すこともできます。
load-problem-crashed = この取り込みは同じ箇所で 3 回異常終了したため、自動では再開されません。取り込み済みの分は残っています。もう一度試すには取り込み { $load } を再開してください。元に戻すこともできます。
load-problem-damaged = { $where } は壊れているか、不完全です。完全なコピーに置き換えてから、取り込み { $load } を再開してください。
load-problem-disk = { $where } を最後まで読み取れませんでした：{ $problem }。ディスクを確認してから、取り込み { $load } を再開してください。
load-problem-stalled = { $where } の付近で 1 分間何も読み取れなかったため、取り込みを止めました。取り込み済みの分は残っています。ファイルからその部分を取り除いてから、取り込み { $load } を再開してください。
load-problem-unreadable = ファイルを最後まで読み取れませんでした：{ $problem }。
load-problem-fault = Newsdesk の側で問題が起きました（{ $fault }）。詳細は運営者のログにあります。

## Rejected input: what is wrong with a file or line of a dump, and what to do

-accepted-files = Newsdesk が読めるのは、記事ページ、保存したウェブページ（HTML、MHTML、WARC）、フィード（RSS、Atom）、Reddit のダンプ、Hacker News・Lemmy・Discourse のスレッド、CSV か JSON の記事やコメントです（.zip、.tar、.gz、.xz、.zst も可）。
accepted-files = { -accepted-files }

rejected-empty = このファイルは空です。
rejected-file-kind = { $kind ->
    [office] これはオフィス文書か電子書籍です。{ -accepted-files }
    [pdf] これは PDF です。{ -accepted-files }
    [picture] これは画像です。{ -accepted-files }
    [media] これは音声か動画です。{ -accepted-files }
    [database] これは SQLite データベースです。表を CSV で書き出してください。
    [parquet] これは Parquet の表です。CSV か JSON Lines 形式で書き出してください。
    [seven-zip] これは 7-Zip の圧縮ファイルです。{ -accepted-files }
    [rar] これは RAR の圧縮ファイルです。{ -accepted-files }
    [program] これはプログラムです。{ -accepted-files }
    [spreadsheet] これは表計算ファイルです。CSV で保存してください。
    [dataset] これはバイナリー形式の表（Arrow、Avro、HDF5、NumPy）です。CSV か JSON Lines 形式で書き出してください。
    [pickle] これは Python の pickle です。中身を CSV か JSON Lines 形式で書き出してください。
    [sql] これはデータベースのダンプ（SQL）です。表を CSV で書き出してください。
    [yaml] これは YAML です。JSON Lines 形式に変換してください。
    [compressed] Newsdesk では読めない方式で圧縮されています。.gz か .zst で圧縮してください。
    [encrypted] このファイルは暗号化されています。先に復号してください。
    [lfs] このファイルは実体を指しているだけです（Git LFS）。「git lfs pull」で取得してください。
    [torrent] これはトレントです。ダウンロードされたファイルを取り込んでください。
    [email] これは電子メールです。{ -accepted-files }
    [javascript] これは JavaScript です。中の JSON の前後を取り除いてください。
    [python] これは Python で、JSON ではありません。json.dump で書き出してください。
   *[binary] これはバイナリーデータです。{ -accepted-files }
}
rejected-xml = これは XML ですが、ウェブページでもフィード（RSS、Atom）でもありません。{ -accepted-files }
rejected-html-extra = 保存したウェブページ、WARC ファイル、フィード（RSS、Atom）を読むためのライブラリが、ここには入っていません。運営者は「pip install 'newsdesk[html]'」でインストールできます。
rejected-html-no-article = このウェブページには記事がなく、メニューやリンクだけか、何もありません。本文を後から読み込むページは、ブラウザーから保存してください。
rejected-html-tags = このファイルの HTML タグは { $count } 個を超えています。1 ページとしては多すぎます。
rejected-html-elements = このウェブページの要素は { $count } 個を超えています。記事としては多すぎます。
rejected-html-depth = このウェブページの要素は { $depth } 段より深く入れ子になっていて、それより深い部分は読めません。
rejected-empty-feed = このフィードには項目がありません。
rejected-cut-feed = このフィードは途中で切れています。ファイルを取り直してください。
rejected-warc-others = このファイルには、ウェブページではないサーバーの応答（画像、スクリプト、エラー）がほかに { $count } 件あり、読み飛ばしました。
rejected-warc-no-pages = このファイル（WARC）にはウェブページがありません。
rejected-warc-damaged = このウェブページのアーカイブ（WARC）はここで壊れています。ここまではすべて読み込みました。
rejected-warc-encoding = このウェブページは、Newsdesk が読めない方法で圧縮されています（{ $encoding }）。
rejected-binary-text = このファイルにはバイナリーデータが含まれています。{ -accepted-files }
rejected-parquet = これは列が { $columns } の Parquet の表です。CSV か JSON Lines 形式で書き出してください。
rejected-table = これは列が { $columns } の表です。記事を取り込むには列を「title」「text」、コメントを取り込むには「id」「link_id」「body」と名付けてください。
rejected-empty-table = この表には列（{ $columns }）だけがあり、行がありません。
rejected-not-a-page = これは記事ページではありません。タイトルの下に「Authored by … and submitted by …」がなく、名前と時刻の付いたコメントもありません。{ -accepted-files }
rejected-index = これは複数の記事が並ぶトップページか目次ページで、1つの記事のページではありません。代わりに記事ページを取り込んでください。
rejected-several-pages = ここから 2 つ目のページが始まっています。ページごとに別のファイルとして保存してください。
rejected-no-title = このページにはタイトルがありません。
rejected-long-title = この行はタイトルとしては長すぎます。{ -accepted-files }
rejected-too-many-lines = このファイルは { $count } 行を超えていて、記事ページとしては多すぎます。
rejected-large-page = このファイルは { $megabytes } MB を超えていて、記事ページとしては大きすぎます。{ -accepted-files }

rejected-not-json = このファイルは正しい JSON ではありません。「{ $problem }」の位置に誤りがあります。
rejected-not-json-line = この行は正しい JSON ではありません。「{ $problem }」の位置に誤りがあります。
rejected-cut-json = JSON がここでレコードの途中で切れています。ファイルを入手し直してください。
rejected-nested-json = このJSONは入れ子が深すぎるか、長すぎる数値を含むため、読み取れません。
rejected-not-an-export = この行は、このバージョンの Newsdesk が読める書き出しではありません。
rejected-wiped = ここにはテキストの代わりにゼロバイトが { $count } 個あり、一部のレコードが失われています。前後の完全なレコードは読み込みました。ファイルを入手し直してください。
rejected-many-bad = ここには Reddit のコメントでも投稿でもないレコードが { $count } 件を超えてあります。残りは読み込みませんでした。
rejected-not-a-record = JSON ですが、Reddit のコメント（body と link_id がある）でも、投稿や記事（title がある）でもありません。
rejected-bad-record = 正しい Reddit のコメントまたは投稿ではありません。フィールド「{ $problem }」がないか、正しくありません。
rejected-number-id = フィールド「{ $field }」が数値 { $number } になっており、2 通りの ID に解釈できます。ID は Reddit の表記どおり、テキストとして書き出してください。
rejected-other-json = この JSON には、Reddit のコメント（body と link_id がある）も、投稿や記事（title がある）もありません。{ -accepted-files }
rejected-not-a-listing = このファイルには記事もコメントもありません。API から取得したものであれば、検索条件を広げて結果を保存し直してください。
rejected-large-listing = この一覧は { $megabytes } MB あり、一度に読むには大きすぎます。代わりに JSON Lines 形式のダンプを取り込んでください。
rejected-long-line = この行は { $megabytes } MB あります。Reddit の最も長いレコードでも 1 MB ほどです。
rejected-bad-id = 「{ $id }」は Reddit の ID ではありません。
rejected-redacted = 消去された投稿者が含まれる可能性があるため、詳細は削除されました。
rejected-untitled = この投稿にはタイトルがありません。
rejected-untitled-article = この記事にはタイトルがありません。
rejected-row-width = この行の項目は { $fields } 個ですが、表の列は { $columns } 個です。
rejected-quotes = この { $count } 行の引用符が対応していません。
rejected-lone-comment = このコメントには、どの投稿のものか（link_id か permalink）が書かれていません。
rejected-no-record = ここにはタイトルも本文もありません。
rejected-bad-forum-id = 「{ $id }」は投稿の番号でもアドレスでもありません。
rejected-forum-orphan = このコメントには、どのスレッドのものかが書かれていません。
rejected-forum-site = この Discourse フォーラムのデータからは、どのサイトのものか分かりません。代わりに、/t/123.json のようなアドレスから保存したトピックを読み込んでください。
rejected-not-a-forum-record = フォーラムのデータの中にありますが、投稿でもコメントでもありません。
rejected-bad-time = 「{ $time }」は時刻ではありません。
rejected-impossible-time = 時刻 { $time } は Reddit の開設前か、今世紀より後です。

rejected-missing = このファイルは存在しません。
rejected-zst-window = この .zst ファイルの展開には { $megabytes } MB を超えるメモリーが必要です。マシンに余裕があれば NEWSDESK_ZST_WINDOW_MB を 2048 に設定するか、「--long」を付けずに圧縮し直してください。
rejected-unreadable-file = このファイルを開けません：{ $problem }。
rejected-unreadable-folder = このフォルダーを開けません：{ $problem }。
rejected-read-error = このファイルを最後まで読み取れませんでした：{ $problem }。
rejected-empty-folder = このフォルダーにはファイルがありません。{ -accepted-files }
rejected-link = これは別の場所へのリンクです。リンク先は読み取りません。
rejected-device = これはデバイスかパイプで、ファイルではありません。
rejected-special = これはデバイスかスパースファイルで、通常のファイルではありません。
rejected-empty-archive = この圧縮ファイルの中にはファイルがありません。{ -accepted-files }
rejected-empty-zip = このファイルは .zip と同じ「PK」で始まりますが、中にファイルがありません。{ -accepted-files }
rejected-encrypted = このファイルは暗号化されています。展開して、パスワードなしで取り込んでください。
rejected-method = Newsdesk が読めない方式で圧縮されています（zip の方式 { $method }）。別の方式で圧縮してください。
rejected-fault = Newsdesk の側で問題が起きたため、このファイルは除外されました。詳細は運営者のログにあります。
rejected-damaged = 圧縮ファイルがここで壊れているか、途切れています。ここまではすべて読み取りました。
rejected-bad-header = 圧縮ファイルがここで壊れています。ヘッダーの 1 つが大きすぎます。
rejected-too-deep = 圧縮ファイルの入れ子が { $depth } 段を超えています。先に外側を展開してください。
rejected-inner-zip = 圧縮ファイルの中の .zip は { $megabytes } MB までです。単独で取り込んでください。
rejected-too-many-members = この圧縮ファイルの中のファイルが多すぎます。分割するか、フォルダーに展開してください。
rejected-too-many-files = ファイルが { $count } 件を超えています。残りは読み取りませんでした。
rejected-unpacked = 展開すると { $megabytes } MB を超えます。残りは読み取りませんでした。
rejected-bomb = 展開すると元の { $ratio } 倍を超えます。本物のダンプではありえない大きさです。残りは読み取りませんでした。
rejected-rest = この圧縮ファイルの残りは読み取りませんでした。

rejected-unnamed = このスレッドにはタイトルも ID もありません。
rejected-bad-key = 「{ $key }」は投稿やコメントの ID ではありません。
rejected-half-character = テキストに文字の片割れ（単独のサロゲート）があります。
rejected-value = 値の 1 つがアーカイブには大きすぎます。

## The local page: "newsdesk try" shows the bot on a simulated Discord

try-welcome =
    Newsdesk がサンプルのアーカイブとともに、シミュレート版の Discord で動いています。トークンもネットワークも不要です。

      { $url }

    このページをブラウザーで開き、メッセージ欄に入力してください：
      /search のあとに語を入力（例：{ $query }）
      /ask のあとに質問を入力（例：{ $question }）
      /article random のあとボタンを試す。「話し合う」を押すとスレッドが開き、Newsdesk をメンションして質問できます。
      /archive load で手元のダンプを取り込む。「Viewing as」でメンバーに切り替えると、取り込みはできません。
try-greeting =
    Newsdesk は、ニュース記事とその議論を検索できるアーカイブです。収録しているのは{ $size }で、すべて架空のものです。
    {"**"}試してみましょう**
    { $search } に `{ $query }` と入力
    { $ask } に `{ $question }` と質問
    { $random } のあと、記事の下のボタンを押す
    { $load } で手元のファイルを取り込む
    { $help } でそのほかの機能を見る
try-kept = Ctrl-C で終了します。アーカイブは { $data } に残ります。
try-not-kept = Ctrl-C で終了します。何も残りません。
sample-name = サンプルのアーカイブ
try-server = 読書室
try-topic = / を入力すると、Newsdesk でできることがわかります
try-moderator = ミラ（モデレーター）
try-member = トマス（メンバー）

## Answers

answer-article-says = 記事より：「{ $quote }」
answer-headline-says = 見出しより：「{ $quote }」
answer-commenter-says = ある人のコメント：「{ $quote }」
answer-article-differs = 別の記事には異なる記述：「{ $quote }」
answer-headline-differs = 別の見出しには異なる記述：「{ $quote }」
answer-commenter-differs = ある人の異なるコメント：「{ $quote }」
answer-also-in = { $titles }にも同じ文
answer-for = **裏づける記述**
answer-against = **反する記述**
answer-none-against = 反する記述は見つかりませんでした
answer-none-for = 裏づける記述は見つかりませんでした
answer-both-sides = 両方の記述を引用しています。どちらが正しいかはご自身で判断を
answer-undecided = **はっきりした肯定も否定もありません。** 最も近い箇所：
answer-latest = **新しい順**
answer-opinions = **コメント { $count } 件にみる意見**
answer-opinion = **{ $opinion } · { $total } 人中 { $count } 人**
answer-quoted = 原文のまま引用
answer-not-said = { $articles ->
    [0] **アーカイブに答えはありません。**
    [1] **記事とコメントに答えはありません。**
   *[other] **これらの記事とコメントに答えはありません。**
}
answer-not-clear = **はっきりした答えは見つかりませんでした。**
answer-no-mention = { $words }への言及はありません。
answer-closest = 最も近い箇所：
answer-closest-language = 最も近い箇所（質問とは別の言語）：
answer-closest-lacks = 最も近い箇所に{ $words }への言及はありません：
answer-closest-fact = { $type ->
    [who] 最も近い箇所に、誰なのかは書かれていません：
    [when] 最も近い箇所に、いつなのかは書かれていません：
    [where] 最も近い箇所に、どこなのかは書かれていません：
    [count] 最も近い箇所に、お尋ねの数字は書かれていません：
   *[why] 最も近い箇所に、なぜなのかは書かれていません：
}
answer-not-together = 見つかった箇所に、{ $words }がそろって出てくるものはありません。
answer-no-question = 質問として読み取れませんでした。アーカイブの内容について聞いてください。例：市場についての投票はいつでしたか？
answer-asked-by = -# { $who } さんの質問：「{ $question }」
answer-asked-as = 質問の解釈：{ $question }
answer-related = 関連
answer-why = この答えの理由
answer-ask-more = 続けて質問
answer-ask-everything = アーカイブ全体に質問
answer-show = 答えに戻る

answer-why-heading = ### この答えの理由：{ $question }
answer-words-found = **見つかった語：** { $words }
answer-words-missing = **見つからなかった語：** { $words }
answer-wanted = { $type ->
    [who] 「誰」を聞かれたので、名前のある箇所を重視しました。
    [when] 「いつ」を聞かれたので、日付や時刻のある箇所を重視しました。
    [where] 「どこ」を聞かれたので、場所のある箇所を重視しました。
    [count] 数を聞かれたので、数字のある箇所を重視しました。
    [why] 「なぜ」を聞かれたので、理由のある箇所を重視しました。
    [yesno] 本当かどうかを聞かれたので、裏づける記述と反する記述を示しました。
    [latest] 最新の情報を聞かれたので、新しい箇所から並べました。
    [opinion] 意見を聞かれたので、コメントだけを対象にしました。
   *[other] 質問に最も近い箇所を重視しました。
}
answer-confidence = アーカイブに答えがある確度：{ $confidence }（{ $minimum } 以上が必要）
answer-passages = **検討した箇所（近い順）**
answer-considered = 記事 { $articles } 件とコメント { $comments } 件から選びました

answer-ask-title = { $articles ->
    [0] アーカイブに質問
    [1] この記事について質問
   *[other] これらの記事について質問
}
answer-ask-label = 質問
answer-ask-example = 反対票を投じたのは誰ですか？

ask-after-mention = メンションのあとに質問を書いてください。例：{ $me } 市場についての投票はいつでしたか？ Newsdesk のメッセージに返信すると、その記事について質問できます。
ask-mention-bot = Newsdesk が読むのは、メンションされたメッセージだけです。{ $me } を付けてもう一度質問するか、返信するときにメンションをオンのままにしてください。
ask-mention-bot-not-role = ロールへのメンションになっています。Newsdesk が読むのは、ボットへのメンションがあるメッセージだけです。{ $me } を付けてもう一度質問してください。
ask-mentions-off = このサーバーでは、まだメンションに回答していません。{ $ask } ならあなただけに回答します。メンションはモデレーターが { $settings } でオンにできます。

## Language model

llm-written = { $model } がこれらの引用から作成し、1 文ずつ引用と照合済み
llm-written-in-part = { $model } がこれらの引用から作成し、1 文ずつ引用と照合済み（裏づけのない { $dropped } 文を除外）
llm-server-budget = 原文のまま引用：このサーバーは今日の言語モデルのトークンを使い切りました
llm-member-budget = 原文のまま引用：あなたは今日の言語モデルのトークンを使い切りました
llm-unreachable = 原文のまま引用：言語モデルから時間内に応答がありませんでした
llm-unusable = 原文のまま引用：言語モデルの回答を使えませんでした
llm-unproven = 原文のまま引用：言語モデルが書いた内容の多くは、引用で裏づけられませんでした
llm-repeated = 原文のまま引用：言語モデルは見出しか引用を繰り返しただけでした
about-llm = 見つかった内容を言語モデル（{ $model }）で短くまとめることがあります。渡すのは質問と引用だけで、コメント投稿者の名前は渡しません。作成された文は 1 文ずつ引用と照合し、引用とともに示すか、除外します。使ったときはカードにそう表示します。
llm-spent = 今日ここで使ったトークン：{ $limit } 中 { $spent }。リセット：{ $until }
llm-spent-by-member = 今日ここで使ったトークン：{ $limit } 中 { $spent }、うちあなたの分：{ $own_limit } 中 { $own }。リセット：{ $until }

## Status: of the bot, its loads, posts and machine

status-heading = 状態
# $since is a time.
status-bot = { $state ->
    [connected] Discord に接続中です（{ $since } に起動）。
    [disconnected] Discord に接続していません（{ $since } に起動）。
    [stuck] ボットが応答していません。再起動してください。
   *[stopped] ボットは動いていません。
}
status-processes = プロセス：{ $count }（{ $shards } シャード中 { $running }）
status-waiting = 送信待ちのメッセージ：{ $count }
status-disk = ディスク：{ $total } 中 { $free } が空き、アーカイブは { $used } を使用
status-model = { $state ->
    [unreachable] 言語モデル：{ $model }（{ $host }）、接続できません
   *[working] 言語モデル：{ $model }（{ $host }）
}
status-no-model = 言語モデル：なし
status-backup = 前回のバックアップ：{ $time }
status-no-backup = 前回のバックアップ：なし
status-troubles = 要対応
status-trouble = { $text }（{ $since } から）
status-loads = 最近の取り込み
status-no-loads = まだ取り込みがありません。
status-load = { $load }. { $name } · { $state } · { $time }
status-digests = 次のダイジェスト
status-no-digests = 予定されたダイジェストはありません。
status-digest = ダイジェスト { $number } · { $channel } · { $time }
status-failures = 過去 24 時間の失敗：{ $count }
# $reason is such as: the channel was deleted
status-failure = { $kind ->
    [digest] ダイジェスト { $number }
    [notice] フォローの通知
   *[edit] 投稿の編集
} · { $channel } · { $time } · { $reason }
trouble-loader = 取り込みが途中で止まりました。ログで原因を確認してから、取り込みを再開してください。
trouble-disk = データフォルダーのあるディスクの空きがほとんどありません。空きを作らないと、取り込みと投稿が止まります。
trouble-database = データベース { $file } が壊れています。ボットを止め、「newsdesk check」を実行して案内に従ってください。
trouble-posts = 一部の投稿に失敗しています。「newsdesk status」で対象と理由を確認できます。
trouble-model = 言語モデル { $model } に接続できないため、引用だけを表示しています。設定 LLM_BASE_URL と LLM_API_KEY、モデルのサーバーを確認してください。
# $reason is a whole sentence.
trouble-backup = 前回のバックアップに失敗しました：{ $reason } 解決してから「newsdesk backup」を実行してください。
trouble-token = Discord が DISCORD_TOKEN を受け付けません。Developer Portal からコピーし直し、ボットを再起動してください。
# $text is one of the sentences above, for the operator.
alert = Newsdesk の対応が必要です。{ $text }

## Help

help-heading = ### ここでできること
help-group-read = **読む**
help-group-ask = **質問とフォロー**
help-group-moderators = **モデレーター向け**
help-more = -# { $help } で項目を選ぶと、検索、質問、フォロー、取り込みについて詳しく見られます。
help-apps = アプリ > { $name }
welcome =
    Newsdesk は、ニュース記事とその議論を検索できるアーカイブです。
    まずは { $search } か { $ask } を試してください。モデレーターは { $load } で記事を追加できます。そのほかは { $help } で確認できます。
welcome-no-channel = Newsdesk は { $server } のどのチャンネルにもまだ投稿できません。投稿させたいチャンネルで「チャンネルを見る」と「メッセージを送信」の権限を与えてください。
welcome-sample = {"**"}{ $sample }**を押すと、お試し用の小さな架空のアーカイブを追加します。取り込み結果の「元に戻す」で消せます。
welcome-sample-direct = {"**"}{ $sample }**を押すと、{ $server } にお試し用の小さな架空のアーカイブを追加します。
welcome-in-server = サーバーでは、{ $settings } で設定を開き、{ $create } で最初のダイジェストを作れます。
welcome-button-sample = サンプルを取り込む
welcome-button-settings = 設定
welcome-button-digest = 最初のダイジェスト…
welcome-button-check = 権限を確認
about = Newsdesk は、ニュース記事とその議論を検索できるアーカイブです。答え、要約、みんなの声は、原文のままの引用でできています。
about-without-model = AI サービスは使いません。処理はすべて、Newsdesk が動いているマシンの中で行います。
about-archive = このアーカイブの収録数：{ $size }
about-questions = ここでの質問 { $asked } 件、うち { $answered } 件に回答。
about-privacy = -# Newsdesk が読むのは、Newsdesk へのメンション、返信、DM と、「アプリ」から開かれたメッセージだけです。{ $questions ->
    [stored] 質問は名前を除いて運営者が保存します。
   *[counted] 質問は数えるだけで、保存しません。
}長い検索語は、ボタンが使い続けられるように名前を除いて保存します。/catchup のために、各サーバーで最後に使った日時を記録します。
ask-help =
    ### 質問
    { $ask } は、アーカイブから原文のまま引用して答えます。引用にはそれぞれ出典と日付が付きます。アーカイブに答えがなければ、そう伝えます。
    英語で質問すると、聞き方に応じて答え方も変わります。
    `who`、`when`、`where`、`how many` 事実を先に示します
    `is it true that…` 裏づける記述と反する記述を示します
    `what do people think of…` コメントの意見を数え、引用します
    `latest on…` 新しいものを先に示します
    {"**"}オプション**の`記事`、`配信元`、`以降`、`より前`で絞り込めます。
    {"**"}コマンドを使わずに**質問することもできます。モデレーターが許可したチャンネルで Newsdesk をメンションして質問を書くか、Newsdesk のメッセージにメンション付きで返信するか（同じ記事についての質問になります）、DM を送ってください（運営者の共有アーカイブへの質問になります）。記事の**質問する**ボタンや、メッセージの「アプリ」にある**これについて質問**も使えます。**話し合う**を押すと、記事についてのスレッドが開きます。
    -# Newsdesk は、メンションのないメッセージを読めません。1 分間に質問できる数には上限があります。
