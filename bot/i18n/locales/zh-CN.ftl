# Simplified Chinese. Address: 你. A space stands between Chinese and Latin letters or digits.
# Glossary (English = Chinese)
# article = 文章
# thread (an article with its comments) = 讨论串
# thread (Discord's) = 子区
# comment = 评论; commenter = 评论者
# comment digest = 评论综述; what people say = 大家怎么说
# theme (of comments) = 话题
# digest (the scheduled post) = 简报; a run of one = 一次发布; scheduled digest = 定时简报
# archive = 资料库; a .zip = 压缩包; shared archive = 共享资料库
# load = 导入; load 3 = 导入 #3
# dump = 转储文件
# receipt = 导入报告
# undo = 撤销
# follow = 关注
# catch-up = 新动态
# source = 来源; site = 网站
# subreddit = Reddit 版块
# author = 作者
# moderator = 版主
# member = 成员
# server = 服务器
# channel = 频道; age-restricted channel = 年龄限制频道
# forum = 论坛; a post in it = 帖子; tag = 标签
# role = 身份组
# permission = 权限: 查看频道, 发送消息, 在子区内发送消息, 创建帖子, 创建公共子区, 阅读消息历史, 管理服务器, 管理子区
# direct message = 私信
# button = 按钮
# message = 消息; to post = 发布
# settings = 设置; Integrations = 整合; Apps = APP
# mention = 提及
# slash command = 斜杠命令
# quote = 引文, 引用; word for word = 逐字引用
# passage = 段落
# summary = 摘要
# headline = 标题
# score, points = 得分, 分
# rejected = 拒收; left out, skipped = 略过
# forget = 清除
# quiet hours = 免打扰时段
# notice = 通知
# operator = 运营者
# drop folder = 投放文件夹

## Commands, their options and choices: names (32 characters, lower case) and descriptions (at most 100)

command-article = 阅读和发布文章
    .name = 文章
command-article-post = 把文章发布给所有人看
    .name = 发布
command-article-random = 随机看一篇文章
    .name = 随机
command-article-related = 查找与某篇文章相关的文章
    .name = 相关
command-article-show = 查看文章概要
    .name = 查看
command-article-timeline = 查看一则新闻的报道时间线和讨论串
    .name = 时间线
command-article-summary = 阅读文章摘要
    .name = 摘要
option-title = 标题的一部分，从列表中选择
    .name = 标题
option-length = 摘要的篇幅
    .name = 篇幅
choice-length-short = 短（3 句）
choice-length-medium = 中（6 句）
choice-length-long = 长（12 句）
option-channel-to-post = 发布到哪里（默认：此处）
option-thread = 同时为它创建子区
    .name = 子区
command-catchup = 查看你上次来过之后的新内容
    .name = 新动态
command-comments = 看看大家对文章怎么说
    .name = 评论
command-comments-digest = 看看大家怎么说
    .name = 综述
command-comments-list = 阅读文章评论
    .name = 列表
option-sort = 评论的排序方式
    .name = 排序
option-hide-bots = 不显示机器人的评论
    .name = 隐藏机器人
option-one-thread = 只看这个讨论串，不看同一新闻的其他讨论串
    .name = 只看此串
command-digest = 定时发布资料库里的内容
    .name = 简报
command-digest-create = 创建定时简报，先看预览
    .name = 创建
command-digest-delete = 删除简报，已发布的消息会保留
    .name = 删除
command-digest-edit = 修改简报，先看预览
    .name = 编辑
command-digest-history = 查看简报最近的发布情况和链接
    .name = 历史
command-digest-list = 列出本服务器的简报
    .name = 列表
command-digest-pause = 暂停简报，直到你恢复它
    .name = 暂停
command-digest-resume = 恢复已暂停的简报
    .name = 恢复
command-digest-run = 不等排期，立即发布一期简报
    .name = 立即发布
command-digest-show = 查看简报的设置和状态
    .name = 查看
command-digest-why = 查看文章为什么入选或落选
    .name = 原因
option-digest = 哪一份简报
    .name = 简报
option-when = 多久发布一次
    .name = 频率
option-what = 发布什么
    .name = 内容
option-query-of-digest = 关键词、来源或 Reddit 版块
option-channel-of-digest = 发布到哪里（默认：简报频道，没有则为此处）
option-at = 当地时间，例如 8:30（默认：08:00）
    .name = 时间
option-at-of-post = 那次发布的时间，例如 2024-03-12 08:00
option-day = 每周：monday 到 sunday；每月：1 到 31
    .name = 日期
option-cron = 五个 cron 字段，例如 30 8 * * 1-5
    .name = cron
option-zone-of-digest = 例如 Europe/Berlin（默认：服务器时区）
option-count = 最多几篇文章（默认：5）
    .name = 数量
option-style = 每篇文章展示多少内容
    .name = 样式
option-days = 讨论最多：最近几天（0：全部时间）
    .name = 天数
option-late = 错过后几小时内可补发（0：不补发）
    .name = 补发
option-skip-empty = 没有新内容就不发布
    .name = 无新不发
option-quiet = 不发布的时段：22:00-7:00，或 off
    .name = 免打扰
option-thread-on-digest = 为每期简报创建子区
option-tag = 发布到论坛时，每个帖子的标签
    .name = 标签
option-article = 这篇文章为什么入选或落选
    .name = 文章
option-topic = 搜索关键词
    .name = 主题
choice-daily = 每天
choice-weekdays = 周一至周五
choice-weekly = 每周一次
choice-monthly = 每月一次
choice-cron = cron（适合熟悉的人）
choice-newest = 上次简报以来的新文章
choice-on-this-day = 往年今日
choice-most-discussed = 讨论最多
choice-search = 搜索的最新结果
choice-source = 某个来源的最新文章
choice-subreddit = 某个 Reddit 版块的最新文章
choice-random = 随机挑选
choice-headlines = 标题
choice-summaries = 摘要
choice-comment-digests = 大家怎么说
command-follow = 有新文章和新评论时收到通知
    .name = 关注
command-follow-add = 关注一项搜索，发给自己或频道
    .name = 添加
command-follow-digest = 按你定的时间用私信接收简报
    .name = 简报
option-channel = 通知这个频道，而不是你
    .name = 频道
command-follow-list = 查看、静音或取消关注
    .name = 列表
command-follow-remove = 取消一项关注
    .name = 取消
option-follow = 要取消哪项关注
    .name = 关注
command-privacy = 查看你的数据，或请求清除
    .name = 隐私
command-privacy-mine = 查看并删除保存的你的数据
    .name = 我的数据
command-privacy-policy = 阅读此机器人的隐私政策
    .name = 政策
command-privacy-request = 请求清除你作为作者的内容
    .name = 请求
option-author-to-request = 你发表时用的名字，与资料库中的一致
option-note = 有助于核实你身份的信息
    .name = 备注
command-archive-forget = 永久清除一位作者的文字和名字
    .name = 清除
option-author-to-forget = 资料库里显示的名字
command-archive = 把文章导入本服务器的资料库
    .name = 资料库
command-archive-load = 从文件导入文章和评论
    .name = 导入
command-archive-loads = 列出最近的导入和报告
    .name = 导入记录
command-archive-stats = 查看本服务器的资料库里有什么
    .name = 统计
command-archive-undo = 撤销一次导入
    .name = 撤销
command-archive-export = 把讨论串、搜索或资料库导出为文件
    .name = 导出
option-format = Markdown 供阅读，CSV 供表格，NDJSON 可再次导入
    .name = 格式
choice-export-markdown = Markdown，供阅读
choice-export-csv = CSV，供表格
choice-export-ndjson = NDJSON，可再次导入
option-title-to-export = 导出这个讨论串
option-query-to-export = 导出这次搜索的讨论串
command-archive-requests = 处理作者的清除请求
    .name = 请求
command-audit = 查看谁导入、撤销或更改了什么
    .name = 操作记录
option-about = 只看这一类操作
    .name = 类别
choice-audit-loads = 导入和导出
choice-audit-privacy = 清除的作者和删除
choice-audit-settings = 设置
choice-audit-digests = 简报和关注
option-dry-run = 只看会导入什么，不真正导入
    .name = 仅预览
option-file = .txt 页面、Reddit 转储文件，或它们的压缩包
    .name = 文件
option-load = 哪一次导入，从列表中选择
    .name = 导入
option-min-score = 只要得分不低于此数的内容
    .name = 最低得分
option-over-18 = 包含 18+ 内容（默认略过）
    .name = 含成人内容
option-path = 代替文件：投放文件夹里的文件名
    .name = 路径
option-subreddit = 只要这些 Reddit 版块，用逗号分隔
    .name = 版块
command-about = 了解 Newsdesk 是什么、保存了什么
    .name = 关于
command-ask = 用资料库里的原文回答你的问题
    .name = 提问
option-question = 你的问题，用自己的话说
    .name = 问题
option-article-to-ask = 只问这篇文章，从列表中选择
menu-ask = 就此提问
menu-ask-help = 就消息里的文章提问
command-help = 看看在这里能做什么
    .name = 帮助
option-topic-of-help = 深入了解一个主题
choice-help-search = 搜索
choice-help-asking = 提问
choice-help-following = 关注
choice-help-loading = 导入
command-news = 马上看一份某个主题的简报，仅你可见
    .name = 新闻
command-search = 搜索文章及其评论
    .name = 搜索
menu-find = 在资料库中查找
menu-find-help = 查找消息里的链接和标题
command-browse = 按来源、版块、日期或标签浏览文章
    .name = 浏览
option-by = 浏览方式（默认：最新）
    .name = 方式
option-value = 某个来源、版块、标签、日期或月份
    .name = 值
option-stats-by = 按月份、来源或版块统计讨论串
command-trend = 查看词语或来源随时间出现的次数
    .name = 趋势
choice-browse-newest = 最新
choice-browse-source = 来源
choice-browse-subreddit = 版块
choice-browse-flair = 标签
choice-browse-day = 日期
choice-browse-month = 月份
command-searches = 保存搜索，随时重新运行
    .name = 已存搜索
command-searches-save = 用一个名称保存搜索
    .name = 保存
command-searches-list = 列出你保存的和这里共享的搜索
    .name = 列表
command-searches-run = 运行已保存的搜索
    .name = 运行
command-searches-delete = 删除已保存的搜索
    .name = 删除
option-name = 搜索的名称
    .name = 名称
option-shared = 让本服务器所有人都能运行（默认：否）
    .name = 共享
option-query = 关键词、"短语"、-排除词、甲 OR 乙、开头*
    .name = 关键词
option-in = 搜索范围（默认：两者）
    .name = 范围
option-source = 只要这个网站的文章
    .name = 来源
option-author = 只要此人的文章或评论
    .name = 作者
option-after = 当日及以后：2024、2024-03-12、3 days ago
    .name = 起始日期
option-before = 早于：2024、2024-03-12、3 days ago
    .name = 截止日期
option-search-title = 只要标题里有这些词的讨论串
option-search-subreddit = 只要这个 Reddit 版块
option-flair = 只要带这个标签的文章
    .name = 标签
option-min-comments = 只要评论数不低于此数的讨论串
    .name = 最少评论
option-order = 排序方式（默认：最匹配的在前）
    .name = 排序
choice-best-first = 最匹配的在前
choice-newest-first = 最新的在前
choice-highest-first = 得分最高的在前
choice-articles = 文章
choice-comments = 评论
choice-articles-and-comments = 文章和评论
command-settings = 查看和更改本服务器的设置
    .name = 设置
command-status = 查看导入、接下来的简报和问题
    .name = 状态
option-zone = 简报的时区，例如 Europe/Berlin
    .name = 时区
option-follows-a-day = 同一处每天最多收到几条关注消息
    .name = 每日关注上限
option-language = 公开消息使用的语言
    .name = 语言
choice-server-language = 与服务器相同
option-file-to-import = 用“导出”保存的文件，先显示改动

## Shared by many cards

fault = Newsdesk 出了点问题。可把此编号告诉运营者：{ $reference }
button-article = 文章
button-ask = 提问
button-comments = 评论
button-cancel = 取消
button-keep = 保持原样
button-follow = 关注
button-save = 保存
button-pause = 暂停
button-resume = 恢复
button-share = 分享
button-timeline = 时间线
button-undo = 撤销
button-what-people-say = 大家怎么说
select-open = 打开…
quoted = “{ $text }”
shared-by = -# 由 { $who } 分享
posted-by = -# 由 { $who } 发布
articles = { $count } 篇文章
threads = { $count } 个讨论串
comments = { $count } 条评论
comments-of-known = 约 { $known } 条评论中的 { $count } 条
points = { $count } 分
page-of = 第 { $page } 页，共 { $count } 页
items-shown = 第 { $range } 项，共 { $total } 项
items-shown-of-more = 第 { $range } 项，共 { $total } 项以上
archive-size-years = { $threads }，{ $first } 年至 { $last } 年
archive-size-year = { $threads }，{ $first } 年

archive-empty = 这里还没有文章。版主可以用 { $load } 添加。
archive-empty-shared = 这里还没有文章。在私信里搜索的是运营者的共享资料库；服务器可以有自己的资料库。

## Errors: what is wrong, where, and what to do

error-already-undone = 导入 #{ $load } 已经撤销过了。
error-always-quiet = 这份简报的发布时间全都落在免打扰时段内。更改免打扰时段，或允许补发。
error-archive-empty = 资料库是空的。先导入一些文章。
error-asked-too-often = 你每分钟最多可以提问 { $most } 次。{ $seconds } 秒后再试。
error-attachment-gone = 这个文件已不在 Discord 上。重新上传附件。
error-attachment-too-large = 这个文件有 { $size }，此处上限为 { $limit }。把它拆分，或请运营者导入。
error-backup-exists = { $file } 已存在。为备份换一个文件夹。
error-data-in-use = Newsdesk 正在使用“{ $data }”。请先停止它。
error-data-locked = “{ $data }”正在恢复或升级。等它完成后再试。
error-no-room-for-upgrade = 升级前会先备份，需要 { $needed } MB，目前可用 { $free } MB。请腾出空间后重新启动。
error-no-room-for-backup = 备份需要 { $folder } 中有 { $needed } MB 空间（含试恢复所需），目前可用 { $free } MB。请腾出空间，或另选文件夹。
error-no-room-for-restore = 此备份需要 { $needed } MB，目前可用 { $free } MB。请腾出空间后再试。
error-not-a-backup = “{ $folder }”里没有备份：缺少 corpus.db，或者它就是数据文件夹。请选择一个备份的文件夹。
error-backup-damaged = { $folder } 里的备份已损坏（{ $problem }）。没有做任何更改。请换一个备份。
error-backup-unsound = { $folder } 里的新备份无法恢复（{ $problem }）。请运行 newsdesk check。
error-no-database-dump = “{ $folder }”里没有备份，或者不是此数据库的备份。请选择一个备份的文件夹。
error-transfer-same = 资料库已经在那里。请指定另一个数据库或文件夹。
error-transfer-not-empty = { $place } 里已有内容。请选择空的数据库或文件夹。
error-transfer-unfinished = 到 { $place } 的迁移尚未完成。请从资料库原来的位置再次运行。
error-transfer-outdated = 向 { $place } 迁移开始后，资料库已有变化。请用空的数据库或文件夹重新开始。
error-transfer-differs = { $table } 的副本不一致：那里有 { $before } 行，这里有 { $after } 行。迁移开始后资料库已有变化。请用空的数据库或文件夹重新开始。
error-no-pg-dump = PostgreSQL 的备份需要 { $program }，但这里没有安装。请安装 PostgreSQL 的客户端程序，或直接备份服务器。
error-pg-dump-failed = { $program } 失败：{ $problem }。没有任何更改。请解决后再试。
error-bad-cron = { $field ->
    [minute] cron 的分钟应为 0 到 59，不能是“{ $value }”。
    [hour] cron 的小时应为 0 到 23，不能是“{ $value }”。
    [monthday] cron 的日期应为 1 到 31，不能是“{ $value }”。
    [month] cron 的月份应为 1 到 12 或 jan 到 dec，不能是“{ $value }”。
    [weekday] cron 的星期应为 0 到 7 或 mon 到 sun，不能是“{ $value }”。
   *[line] “{ $value }”不是有效的 cron 表达式。写五个字段，例如 30 8 * * 1-5。
}
error-bad-date = “{ $text }”不是有效的日期。试试 2024-03-12、12 Mar 2024、2024 或 3 days ago。
error-bad-day = “{ $text }”不是有效的日子。每周简报用 monday 到 sunday，每月简报用 1 到 31。
error-bad-exclusions = 要排除的内容太多。每个列表最多 { $most } 项，每项最多 { $longest } 个字符。
error-exclusions-too-long = 要排除的内容太多。同一栏的所有项合计最多 { $most } 个字符。
error-bad-minimum = “{ $text }”不是最低值。请写成例如：score 10, comments 5。
error-bad-plan = 这份简报的 { $field } 超出了范围。用 /digest create 重新创建。
error-bad-tag-rule = “{ $text }”不是标签规则。请只写标签，或写成“体育: source bbc.co.uk”。
error-bot-may-not-ping = Newsdesk 不能在 #{ $where } 提及身份组 { $role }。请允许所有人提及它，或另选一个。
error-member-may-not-ping = 你不能在 #{ $where } 提及身份组 { $role }。请选一个你有权提及的。
error-member-lacks = 你没有权限在 #{ $where } 设置这份简报。需要那里的 { $permissions } 权限。
error-no-such-role = 不能提及该身份组。请选择本服务器中 @everyone 以外的身份组。
error-not-announcements = #{ $where } 不是公告频道，无法公开发布。请关闭公开发布，或另选频道。
error-unknown-placeholder = { $name } 不是这里可用的占位符。可用的有：{ $known }。
error-bad-quiet = “{ $text }”不是有效的时段。试试 22:00-7:00 或 off。
error-bad-settings-file = 这不是 Newsdesk 的设置文件。选择用“导出”保存的文件。
error-bad-time = “{ $text }”不是有效的时间。试试 8:30、20:15 或 8 pm。
error-bad-zone = “{ $text }”不是有效的时区。试试 Europe/Berlin 或 America/New_York。
# $operator is an operator of a search, such as score; $value is what was written after it.
error-operator-date = “{ $operator }:{ $value }”里没有日期。请写成 { $operator }:2024-03-12、{ $operator }:2024 或 { $operator }:yesterday。
error-operator-number = “{ $operator }:{ $value }”里没有数字。请写成 { $operator }:>10、{ $operator }:<5 或 { $operator }:10..20。
error-operator-or-excluded = OR 不能只把要排除的词和 author: 之类的运算符连在一起。请再加一个要搜索的词。
error-operator-value = “{ $operator }:{ $value }”没有指明名称。请写成 { $operator }:名称，或加引号写成 { $operator }:"两个 词"。
error-query-too-complex = 这次搜索用 OR 和括号组合了太多的词。请减少括号里的词。
error-no-search-name = 请给搜索起个名称。
error-no-such-saved-search = 没有名为“{ $name }”的已存搜索。请从列表中选择。
error-not-your-search = 你只能删除自己保存的搜索。共享的搜索可由版主删除。
error-too-many-saved = 你在这里已保存了 { $most } 个搜索。请先删除一个。
error-too-many-shared = 本服务器已有 { $most } 个共享搜索。请不共享地保存，或先删除一个。
error-bot-lacks = Newsdesk 没有在 #{ $where } 发布简报的权限。它在那里需要{ $permissions }权限。
error-bot-may-not-post = Newsdesk 没有在 #{ $where } 发布消息的权限。它在那里需要“查看频道”和“发送消息”权限。
error-bot-may-not-thread = Newsdesk 没有在 #{ $where } 创建子区的权限。它在那里需要“创建公共子区”权限。
error-bot-not-allowed = Newsdesk 在这里没有所需的权限。检查它在本频道的权限。
error-changed-meanwhile = 刚刚有人改动了简报 #{ $schedule }。先看一下，再做你的更改。
error-channel-gone = 简报 #{ $schedule } 的频道已不存在。用 /digest edit 另选一个。
error-channel-too-busy = 本频道每分钟最多可以提问 { $most } 次。{ $seconds } 秒后再试。
error-commands-changed = 这条命令已更新。重启 Discord 即可使用新版本。
error-cron-too-often = 简报最快每 { $minutes } 分钟发布一次。把 cron 的频率调低。
error-archive-unavailable = 资料库暂时无法使用。稍后再试。
error-bad-database-url = DATABASE_URL 不是 PostgreSQL 数据库的地址。格式如 postgresql://user:password@host/newsdesk，密码中的特殊字符写成 %40 这样的形式。
error-database-busy = 资料库（{ $file }）正忙。稍后再试。
error-database-damaged = 数据库 { $file } 已损坏。运行“newsdesk check”查看处理办法。
error-database-read-only = 数据库 { $file } 是只读的。检查所在文件夹的权限。
error-database-unreachable = 无法打开 { $file }。检查所在文件夹是否存在，以及 Newsdesk 能否使用它。
error-disk-error = 使用 { $file } 时磁盘出错。检查磁盘，必要时恢复备份。
error-disk-full = 磁盘已满，{ $file } 无法继续写入。腾出空间后再试。
error-no-locks = { $file } 所在的文件系统不支持文件锁，可能会损坏。请把数据文件夹移到本地磁盘。
error-file-and-path = `文件`和`路径`只能二选一。
error-follow-needs-manage = 只有版主和能管理该频道的成员才能为它添加关注。
error-forget-cancelled = 该作者只清除了一部分。再运行一次命令即可完成。
error-purge-of-what = 请说明要删除什么：--before、--source 或 --subreddit；要删除整个资料库，只用 --all。
error-purge-cancelled = 只删除了一部分。再运行一次命令即可完成。
error-archive-full-articles = 此服务器的资料库最多容纳 { $most } 篇文章，这次导入会超出上限。请撤销另一次导入、少导入一些，或请机器人的运营者提高上限。
error-archive-full-size = 此服务器的资料库最多容纳 { $most } MB 文本，这次导入会超出上限。请撤销另一次导入、少导入一些，或请机器人的运营者提高上限。
error-forum-needs-tag = #{ $where } 的帖子必须带标签，而 Newsdesk 用不了其中任何一个。添加一个人人可用的标签，或给 Newsdesk“管理子区”权限。
error-load-cancelled = 还没开始就取消了，没有任何改动。
error-load-not-running = 导入 #{ $load } 已不在运行中。
error-load-not-undoing = 导入 #{ $load } 已不在撤销中。
error-load-not-waiting = 这次导入已不在排队。
error-load-running = 导入 #{ $load } 仍在运行中。取消它，或等它完成。
error-load-stalled = 在 { $where } 附近，一分钟内没有读出任何内容，因此导入已停止。去掉文件中的这一部分，再试一次。
error-loader-busy = 另一次导入正在运行。等它完成后再试。
error-loader-died = 导入意外中止（代码 { $code }）。已存入的内容会保留。
error-managers-only = 只有拥有“管理服务器”权限的成员才能选择版主身份组。
error-mcp-extra-missing = 没有安装 MCP 支持。安装：pip install 'newsdesk[mcp]'。
error-health-port = 无法打开端口 { $port }。请把 NEWSDESK_HEALTH_PORT 设为 1023 以上的空闲端口。
error-member-may-not-post = 你没有在 #{ $where } 发布消息的权限。另选一个频道。
error-member-may-not-thread = 你没有在 #{ $where } 创建子区的权限。另选一个频道。
error-model-extra-missing = 已配置语言模型，但没有安装它的客户端。安装：pip install 'newsdesk[openai]'。
error-model2vec-missing = 词向量“{ $setting }”需要 model2vec。安装：pip install 'newsdesk[model2vec]'。
error-moderators-only = 这里只有版主可以这样做：拥有“管理服务器”权限，或 /settings 里选定的身份组。
error-names-hidden = 本服务器用字母代替评论者的名字，所以不能按名字搜索。
error-needs-cron = 填写 cron 表达式：五个字段，例如 30 8 * * 1-5。
error-needs-query = 填写关键词：要搜索的内容、来源或 Reddit 版块。
error-never-due = 这个日期永远不会到来。检查日期和月份。
error-newer-schema = { $file } 由更新版本的 Newsdesk 创建（架构版本 { $found }，当前支持 { $known }）。升级 Newsdesk。
error-newer-settings-file = 该文件由更新版本的 Newsdesk 保存（格式版本 { $found }，当前支持 { $known }）。升级 Newsdesk。
error-no-archive = “{ $data }”里还没有资料库。先导入一些文章，或用 --data 另选文件夹。
error-no-drop-folder = 没有投放文件夹。运营者可以用 NEWSDESK_DROP 设置。
error-no-name = 填写一位作者的名字，与资料库显示的一致，最多 80 个字符。
error-no-such-article = 这里没有与“{ $ref }”匹配的文章。试试编号或标题的一部分。
error-no-such-comment = 资料库里没有评论 { $comment }。
error-no-such-delivery = 简报消息 { $delivery } 不属于本服务器。
error-no-such-file = 没有名为“{ $path }”的文件或文件夹。
error-no-such-follow = 这里没有关注 #{ $follow }。用 /follow list 查看。
error-no-room-for-load = 这份转储大约需要 { $needed } MB 磁盘空间，目前可用 { $free } MB。请腾出空间，或用 `起始日期`、`最低得分` 等筛选条件只导入一部分。
error-no-such-load = 资料库里没有导入 #{ $load }。
error-no-such-schedule = 本服务器没有简报 #{ $schedule }。用 /digest list 查看。
error-no-such-tag = #{ $where } 没有 Newsdesk 可用的标签“{ $text }”。
error-no-threads-there = Newsdesk 无法在 #{ $where } 创建子区。选择一个文字频道，或不创建子区直接发布。
error-not-a-member = 你已不是该服务器的成员。
error-not-a-message-channel = 关注消息不能发到论坛。选择文字频道或子区。
error-not-a-place-to-post = Newsdesk 不能发布到那里。选择文字频道、子区或论坛。
error-not-a-posting-channel = 版主不允许成员在 #{ $where } 用 Newsdesk 发布消息。命令仍会私下回复你；版主可以在 /settings 中更改。
error-not-dropped = 投放文件夹里没有“{ $name }”这个文件。
error-not-for-adults = 这篇文章标为 18+，而 #{ $where } 不是年龄限制频道。选择一个有年龄限制的频道。
error-not-our-database = { $file } 不是 Newsdesk 的数据库。另选文件夹，或移走该文件。
error-not-resumable = { $state ->
    [queued] 导入 #{ $load } 正在等待开始。
    [running] 导入 #{ $load } 已经在运行中。
    [undoing] 导入 #{ $load } 只撤销了一部分。再撤销一次即可完成。
    [undone] 导入 #{ $load } 已撤销。重新导入该转储文件。
   *[done] 导入 #{ $load } 已经完成。
}
error-not-your-follow = 你只能更改自己创建的关注。版主还可以更改频道的关注。
error-nothing-mentioned = 资料库里没有与该消息的链接或标题匹配的文章。
error-nothing-to-follow = 选择要关注什么：关键词、来源或作者。
error-nothing-to-load = 用`文件`选项附上文件，或用`路径`选项填写投放文件夹里的文件名。
error-nothing-to-resume = 没有已停止或失败的导入可以恢复。
error-port-unusable = 端口 { $port } 不可用。用 --port 另选一个，或不填。
error-question-too-long = 问题最多 { $most } 个字符。缩短后再问。
error-sample-loaded = 示例已在这个资料库里。试试 /search harbour，或用 /archive undo 移除。
error-sample-loading = 示例正在导入，导入报告稍后显示。
error-server-only = 只能在服务器里这样做。
error-shard-count = 这个机器人的其他进程使用 { $other } 个分片，而这个进程以 { $count } 个分片启动。请用相同的数量启动它，或先停止其他进程。
error-settings-file-cap = 设置文件里的 follow_cap 必须在 0 到 { $most } 之间。更正后再导入。
error-settings-file-channels = 该设置文件中用于发布的频道超过 { $most } 个。请删去一些。
error-settings-file-field = 设置文件里 { $place } 的值类型不对。选择用“导出”保存的文件。
error-settings-file-follow = 设置文件里的第 { $number } 项关注为空或太长。更正或删除它。
error-settings-file-language = Newsdesk 没有设置文件里的语言“{ $language }”。更正或删除它。
error-settings-file-languages = 设置文件里的语言只能是几个简短的代码，例如 en。更正后再导入。
error-settings-file-schedule = 设置文件里的第 { $number } 份简报永远不会发布。更正或删除它。
error-settings-file-too-large = 这个文件太大，不会是设置文件。选择用“导出”保存的文件。
error-several-articles = 有几篇文章与“{ $ref }”匹配：{ $titles }。从列表中选择，或填写编号。
error-stale-button = 这个按钮已过期。重新搜索即可。
error-export-running = 此服务器已有导出正在进行。请等待或取消。
error-export-not-running = 没有正在进行的导出。
error-export-cancelled = 导出已取消。
error-export-too-large = 按 Discord 接受的大小会超过 { $most } 个文件。请导出讨论串或搜索，或请运营者使用 newsdesk export。
error-export-too-slow = 导出用时太长。请导出讨论串或搜索，或请运营者使用 newsdesk export。
error-export-one-subject = 请选择讨论串或搜索，不要两者都选。
error-export-json-needs-output = 请用 --output 指定文件：标准输出是导出内容本身。
error-nothing-to-export = 没有可导出的内容。
error-request-decided = 这项请求已处理，或已过期。
error-too-many-requests = { $days } 天内最多可提出 { $most } 项请求。请等待版主处理，或稍后再试。
error-too-many-open-requests = 此服务器待处理的请求太多。请稍后再试。
error-thinker-died = 阅读该讨论串时失败了两次。稍后再试。原因可能记在运营者的日志里。
error-thread-article-gone = 这个子区的文章已不在资料库里。到其他频道提问。
error-thread-in-thread = #{ $where } 本身就是子区。选择一个频道来创建新子区。
error-thread-locked = 子区 { $where } 已关闭并锁定。解锁它，或给 Newsdesk“管理子区”权限。
error-too-many-files = Newsdesk 打开的文件过多。请稍后再试。如果再次出现，运营者可以提高上限（ulimit -n）。
error-took-too-long = 用时过长。稍后再试。
error-queue-of-member = 你已有 { $most } 个请求在排队。请等其中一个完成。
error-queue-of-server = 本服务器已有 { $most } 个请求在排队。请稍后再试。
error-too-many-follows = 这里已有 { $most } 项关注，达到上限。用 /follow remove 取消一项。
error-too-many-schedules = 这里已有 { $most } 份定时简报，达到上限。先删除一份。
error-too-many-to-publish = Discord 每小时最多从一个频道公开发布 { $most } 条消息。请减少文章数，或合为一条发布。
error-too-many-direct-schedules = 你在这里已有 { $most } 份私信简报，达到上限。请先删除一份。
error-try-extra-missing = 试用需要模拟的 Discord。安装：pip install 'newsdesk[try]'。
error-undo-cancelled = 导入 #{ $load } 只撤销了一部分。再撤销一次即可完成。
error-unknown-follow = 没有关注 #{ $follow }。运行“newsdesk follows”可列出全部。
error-vectors-damaged = 词向量不完整：{ $file } 缺失或损坏。重新安装 wordllama，或把 NEWSDESK_VECTORS 设为 off。
error-vectors-unusable = 无法使用词向量“{ $setting }”：{ $reason }。另选模型，或设为 shipped 或 off。

## Search

search-heading = **找到 { $count } 个与{ $query }相关的讨论串**
search-heading-more = **找到 { $count } 个以上与{ $query }相关的讨论串**
search-heading-respelt = 没有与{ $query }相关的讨论串。改为显示 **{ $instead }的 { $count } 个结果**
search-heading-all = **{ $count } 个讨论串**
search-heading-all-more = **{ $count } 个以上的讨论串**
# $word is a word of the search in quotation marks.
search-word-count = { $count ->
    [0] 没有文本包含{ $word }
   *[other] { $count } 篇文本包含{ $word }
}
search-word-count-more = { $count } 篇以上的文本包含{ $word }
# $words is a list of words in quotation marks.
search-ignored = 已忽略：{ $words }
# $words are words in quotation marks that are near in meaning to those of the search.
search-heading-meaning = 没有内容包含{ $query }；含义最接近的有 { $count } 个讨论串（{ $words }）
search-near = 含义最接近（{ $words }）：
search-some = 仅包含部分关键词：
search-order-relevance = 最匹配的在前
search-order-newest = 最新的在前
search-order-score = 得分最高的在前
search-only-articles = 仅文章
search-only-comments = 仅评论
search-from-source = 来源：{ $source }
search-by-author = 作者：{ $author }
search-since = { $day }起
search-before = { $day }之前
search-all-words = { $count ->
    [0] 没有一个包含全部关键词
   *[other] 前 { $count } 个包含全部关键词
}
search-nothing = 资料库（{ $size }）里没有与{ $query }相关的内容。
search-nothing-narrowed = 没有找到与{ $query }相关的内容（{ $filters }）。资料库共有{ $size }。
search-typed = 搜索{ $query }
search-beginnings = 对于{ $words }，只搜索了最常见的词。要搜索其他词，请多输入几个字母。
search-cut-short = 这次搜索耗时过长，已提前结束，结果可能不完整。
search-everything = 搜索全部
search-newest = 最新
search-highest = 得分最高
search-best = 最匹配
search-only-comments-button = 仅评论
search-articles-too = 全部
search-jump = 跳转到…
search-hit-article = 文章
search-hit-comment = 评论
search-also-in-comments = 另有 { $count } 条评论提到
search-story = { $threads } 个讨论串，{ $papers } 家媒体
search-story-threads = { $count } 个讨论串
search-mentioned = **资料库里有** · { $count } 篇文章
search-help =
    ### 搜索
    搜索范围包括标题、正文和评论。关键词不分先后，词形变化也能匹配。每个讨论串只列一次，附上最相关的摘录。包含全部关键词的排在前面。
    `"rail yard"` 这些词连在一起
    `market -fish` 不含某个词
    `market -"rail yard"` 不含某个短语
    `tram OR gulls` 任意一个词，也可写成 `tram | gulls`
    `stall*` 以这些字母开头的词
    `rail-yard` 连字符连接的词视为短语
    `(tram OR bus) strike NOT rail` 括号，配合 AND、OR 和 NOT
    `title:tram`、`author:名称`、`source:网站`、`r/版块`、`flair:"两个 词"` 前面加 `-` 表示排除
    `score:>10`、`comments:5..20`、`after:2024-03`、`before:yesterday` 数字和日期
    {"**"}选项**可以缩小范围：`范围`选文章或评论，`来源`选网站，`作者`选发布文章或写评论的人，`起始日期`（含当日）和`截止日期`（不含当日）可填 2024、2024-03-12、12 Mar 2024 或 3 days ago。点击**最新**可把同样的结果按日期排序。
    -# 不区分大小写和重音符号。中文、日文和韩文不需要空格。如果某个词哪里都没有，会改搜拼写最接近的词，并在结果中说明；数字从不改动。

## Browsing

browse-sources = **{ $count } 个来源**
browse-subreddits = **{ $count } 个 Reddit 版块**
browse-flairs = **{ $count } 个标签**
browse-days = **{ $count } 天**
browse-months = **{ $count } 个月**
browse-most-first = 讨论串最多的在前
browse-tab-sources = 来源
browse-tab-subreddits = 版块
browse-tab-flairs = 标签
browse-tab-days = 按日
browse-tab-months = 按月
browse-open = 打开…
browse-nothing = { $by ->
    [source] 资料库里没有注明来源的文章。
    [subreddit] 资料库里没有来自 Reddit 版块的文章。
    [flair] 资料库里没有带标签的文章。
   *[day] 资料库里没有带日期的文章。
}
saved-heading = **已保存 { $count } 个搜索**，最多 { $most } 个
saved-shared-heading = **本服务器其他人共享的搜索**
saved-is-shared = 已共享
saved-run = 运行…
saved-hint = 用 { $command } 删除。
saved-none = 你还没有保存的搜索。用 { $command } 保存，或在搜索结果上点击“保存”。
# $name is in quotation marks, here and below.
saved-saved = 已保存{ $name }。用 { $command } 可重新运行。
saved-deleted = 已删除保存的搜索{ $name }。
saved-form-title = 保存这个搜索
saved-form-label = 名称
# $query is in quotation marks.
trend-heading = { $count } 篇文本包含{ $query }
trend-heading-about = 约 { $count } 篇文本包含{ $query }
trend-bars = { $unit ->
    [day] 每根柱代表一天
    [month] 每根柱代表一个月
   *[year] 每根柱代表一年
}
trend-peak = 最多：{ $when }，{ $count } 篇
trend-description = 包含{ $query }的文本的柱状图，{ $first }至{ $last }。最高的是{ $peak }，共 { $count } 篇。
trend-open = 查看文本

## Articles

article-first-comment = 首条评论：{ $day }
article-adults-only = 18+
article-reading-time = 阅读约 { $minutes } 分钟
article-headline-only = 这篇只有标题。
article-full-text = 全文
article-text-cut = 后面的内容太长，无法显示。
article-another = 换一篇
article-discuss = 讨论
article-original = 原文
article-shorter = 短一些
article-longer = 长一些
author-deleted = 已删除的账号
author-unnamed = 未署名
commenter-letter = 评论者 { $letter }
commenter-unknown = 一位评论者
article-related-heading = ### 相关文章：{ $title }
article-related-none = 资料库里还没有相关文章。
article-related-reasons = 都提到{ $phrases }
article-timeline-heading = ### 时间线：{ $title }
article-timeline-same = 同一篇报道
article-timeline-reports = 同一话题的其他讨论串
article-timeline-alone = 存档中没有关于这则新闻的其他讨论串。
article-timeline-open = 打开讨论串
article-timeline-oldest = { $count } 个讨论串中最早的 { $shown } 个
article-posted = 已发布：{ $link }
article-untitled = 文章
article-thread-hint = -# 对这篇文章有疑问？提及 { $me } 并提问。它只读取提及它或回复它的消息。

comments-heading = ### 评论：{ $title }
comments-none = 这篇文章还没有评论。导入后会显示在这里。
comments-all-deleted = 全部 { $count } 条评论都已删除。
comments-newest-first = 最新的在前
comments-best-first = 最佳的在前
comments-most-answered-first = 回复最多的在前
comments-oldest-first = 最早的在前
comments-in-thread = 最早的在前，回复在下方
comments-newest-button = 最新在前
comments-best-button = 最佳在前
comments-oldest-button = 最早在前
comments-thread-button = 按对话
comments-deleted = 另有 { $count } 条已删除
comments-hide-bots = 隐藏 { $count } 条机器人评论
comments-show-bots = 显示 { $count } 条机器人评论
comments-bots-hidden = 已隐藏 { $count } 条机器人评论
comments-threads = 来自 { $count } 个讨论串
comments-some-threads = 来自 { $all } 个讨论串中的 { $count } 个
comments-one-thread = 仅 { $thread }
comments-select-thread = 选择讨论串…
comments-all-threads = 这则新闻的全部 { $count } 个讨论串
comments-threads-together = 合并显示 { $all } 个讨论串中的 { $count } 个
comments-other-reports = 另有 { $count } 个讨论串涉及同一话题。
comments-read-in-full = 阅读全文…
comments-go-to = 前往…
comments-range = 第 { $range } 条评论
comment-on = 评《{ $title }》
comment-surrounding = 上下文评论
comment-parent = 上级评论
comment-replying = 回复 { $author }
comment-replying-missing = 回复的评论不在资料库中
comment-replies = { $count } 条回复
comment-replies-of = { $author }：{ $count } 条回复
comment-replies-heading = ### 对 { $author } 的 { $count } 条回复
comment-back = 返回评论
comment-loaded = { $day }导入自 { $name }（导入 #{ $load }）
comment-captured = { $day }的版本
comment-edited = { $day }编辑
comment-changed-by = 由导入 #{ $load } 更新

## Comment digests

comment-digest-heading = ### 大家怎么说：{ $title }
comment-digest-theme-quote = **“{ $quote }”** —— { $author }
comment-digest-theme-second = “{ $quote }” —— { $author }
comment-digest-theme-quote-within = { $author } 说：**“{ $quote }”** —— { $details }
comment-digest-theme-second-within = { $author } 说：“{ $quote }” —— { $details }
comment-digest-quote-within = { $author } 说：“{ $quote }”
comment-digest-opening = { $total } 条评论中有 { $count } 条提到{ $words }
comment-digest-opening-few = 没有突出的话题：{ $total } 条评论中有 { $count } 条提到{ $words }
comment-digest-theme-mentions = { $count } 条评论提到{ $words }
comment-digest-theme-says = 另有 { $count } 条说法相近
comment-digest-theme-replies = { $count } 条回复
comment-digest-more-themes = 后面还有 { $count } 个话题：{ $comments }
comment-digest-also-mentioned = 还提到：{ $subjects }
comment-digest-mentioned-most = 提到最多的：{ $subjects }
comment-digest-subject = { $words }（{ $comments }）
comment-digest-rest = 其他评论 { $count } 条：{ $groups }
comment-digest-rest-among = 其他评论 { $count } 条，其中{ $groups }
comment-digest-rest-mentions = { $count } 条提到“{ $word }”
comment-digest-rest-only-points = 其他评论 { $count } 条
comment-digest-rest-points = { $count } 条较长的评论
comment-digest-rest-questions = { $count } 个问题
comment-digest-rest-short = { $count } 条短评
comment-digest-rest-jokes = { $count } 个玩笑
comment-digest-more-comments = 还有 { $count } 条评论
comment-digest-disputed = { $count } 位评论者质疑文章
comment-digest-disputed-figures = **{ $count } 位评论者质疑文章：** 是 { $theirs }，不是 { $ours }
comment-digest-article-says = 文章：“{ $quote }”
comment-digest-added = 文章里没有的信息
comment-digest-single-points = 其他看法
comment-digest-single-points-alone = 评论摘录
comment-digest-questions = 尚无答案的问题
comment-digest-links = 分享的链接
comment-digest-busiest = **最热闹的时段：** { $time } 起 { $span }内有 { $count } 条评论
comment-digest-chart-caption = { $start } 至 { $end } · 每根柱代表 { $span }
comment-digest-chart-description = { $start } 至 { $end } 共 { $count } 条评论的柱状图。每根柱代表 { $span }。最高的一根有 { $highest } 条评论，从 { $peak } 开始。
comment-digest-coverage = 依据 { $total } 条评论中的 { $read } 条（略过：{ $skipped }）
comment-digest-coverage-all = 依据全部 { $total } 条评论
comment-digest-known = 资料库里有约 { $known } 条评论中的 { $count } 条。
comment-digest-skipped-deleted = 已删除 { $count } 条
comment-digest-skipped-bots = 机器人 { $count } 条
comment-digest-skipped-copies = 重复 { $count } 条
comment-digest-skipped-unread = 均匀抽样之外 { $count } 条
comment-digest-skipped-brief = 过短 { $count } 条
comment-digest-page-overview = 概览
comment-digest-page-themes = 更多话题
comment-digest-page-more = 更多
comment-digest-all-of-theme = 某个话题的全部评论…
comment-digest-open = 打开评论…

## Scheduled digests

digest-timing = { $every ->
    [daily] 每天 { $time }（{ $zone }）
    [weekdays] 周一至周五 { $time }（{ $zone }）
    [weekly] 每{ $weekday } { $time }（{ $zone }）
    [monthly] 每月 { $day } 日 { $time }（{ $zone }）
    [monthly-or-last] 每月 { $day } 日，没有这天则为当月最后一天，{ $time }（{ $zone }）
   *[cron] cron `{ $cron }`（{ $zone }）
}
digest-source = { $what ->
    [newest] 上次简报以来的新文章
    [on-this-day] 往年今日
    [most-discussed] 有史以来讨论最多
    [search] “{ $text }”的最新结果
    [source] { $text } 的最新文章
    [subreddit] r/{ $text } 的最新文章
   *[random] 随机挑选
}
digest-source-most-discussed = 最近 { $days } 天讨论最多
digest-heading = { $what ->
    [newest] 资料库新文章
    [on-this-day] 往年今日
    [most-discussed] 有史以来讨论最多
    [search] “{ $text }”的新结果
    [source] { $text } 的新文章
    [subreddit] r/{ $text } 的新文章
   *[random] 资料库精选
}
digest-heading-most-discussed = 最近 { $days } 天讨论最多
digest-up-to-headlines = 最多 { $count } 条标题
digest-up-to-summaries = 最多 { $count } 篇摘要
digest-up-to-comment-digests = 最多 { $count } 篇文章和大家的看法
digest-late = 错过后 { $hours } 小时内补发
digest-never-late = 错过不补发
digest-quiet = { $start } 至 { $end } 免打扰
digest-target = { $target ->
    [thread] 为每期创建子区
   *[forum] 每期一个论坛帖子
}
digest-target-tagged = 每期一个论坛帖子，标签为“{ $tag }”
digest-skips-empty = 没有新内容就不发
digest-posts-empty = 没有新内容也发
digest-posts-each = 每篇文章单独发布
digest-pings = 提及 { $role }
digest-silent = 不发通知
digest-published = 同步发布到关注的频道
digest-pinned = 置顶最新一条
digest-tags = 按规则加标签：{ $tags }
digest-own-template = 自定义模板

### Posts of digests

digest-nothing-new = 这次没有新内容。
digest-why-these = 为什么选这些？
digest-direct = 通过私信
digest-from-server = 来自 { $server } 的简报
digest-more-posts = { $count ->
   *[other] 另有 { $count } 条同样形式的消息，每篇文章一条。
}
digest-quote = “{ $quote }” *{ $author }*
digest-also = 另见：{ $reports }
digest-also-more = 另见：{ $reports }，还有 { $count } 个
digest-chart-caption = 文章 { $number } 的评论：{ $caption }
topic-heading = ### 简报：{ $topic }
topic-respelt = 没有与“{ $topic }”相关的讨论串。改为显示 **“{ $instead }”**。

### Planning a digest

digest-preview = 预览。保存之前不会发布任何内容。
digest-preview-of-change = 预览更改后的简报 #{ $number }。保存之前它保持原样。
digest-where = **发布到** <#{ $channel }>
digest-where-direct = **发送给你**（私信）
digest-show-post = 查看消息
digest-show-times = 时间和最近 7 天
digest-next-runs = **接下来的发布时间**
digest-run-held = 免打扰时段结束后
digest-run-moved = { $every ->
    [cron] 因时钟调整而推迟
   *[other] 因时钟调整而推迟：当天没有 { $time }
}
digest-run-clocks-change = { $zone } 在此之前会调整时钟
digest-past-runs = **最近 7 天里本会发布**
digest-no-past-runs = 最近 7 天里本不会发布任何内容。
digest-past-left-out = { $count ->
   *[other] 过滤条件排除了 { $count } 篇文章。
}
digest-earlier-past-runs = 更早还有 { $runs } 次，共 { $articles } 篇文章；最近几次是：
digest-past-run-empty = 无内容
digest-more = 另有 { $count } 篇
digest-saved = 简报 #{ $number } 已保存。
digest-changed = 简报 #{ $number } 已更改。
digest-still-paused = 它仍处于暂停状态。用 { $resume } 恢复。
digest-not-saved = 未保存，没有任何改动。
digest-next-post = 下次发布：{ $when }，{ $relative }
digest-no-next-post = 之后不再发布。

### Lists, settings and history

digest-list = **定时简报** · { $count }
digest-list-empty = 还没有简报。简报会按你选的频率，把资料库里的文章发布到频道。用 { $create } 创建一份。
digest-list-direct = **发给你的简报**
digest-name = 简报 #{ $number }
digest-title = ### 简报 #{ $number }：{ $what }
digest-next = 下次：{ $when }
digest-state = { $state ->
    [active] 启用
    [paused] 已暂停
   *[deleted] 已删除
}
digest-paused-because = 已暂停：{ $reason }
digest-status = **状态** { $state }
digest-last-run = 上次发布：{ $run }
digest-created-by = { $name } 创建 · { $when }
digest-paused = 简报 #{ $number } 已暂停。用 { $resume } 恢复。
digest-resumed = 简报 #{ $number } 已恢复。
digest-deleted = 简报 #{ $number } 已删除。已发布的消息会保留。
digest-running = 简报 #{ $number } 马上会发布到 <#{ $channel }>。原有排期不变。
digest-running-direct = 简报 { $number } 马上就会发给你。排期不变。
digest-open = 打开一份简报
digest-pause-several = 暂停简报
digest-new = 新建简报…
digest-all = 所有简报
digest-edit = 编辑…
digest-posts = 发布方式…
digest-template = 模板…
digest-run = 立即发布
digest-history = 历史记录
digest-delete = 删除…
digest-delete-question = 删除简报 #{ $number }？已发布的消息会保留。
digest-delete-confirm = 删除简报
leave-out-button = 排除…
leave-out-title = 要排除的内容
leave-out-words = 词语
leave-out-words-hint = 标题或正文中的词语，用逗号分隔
leave-out-sources = 来源和 Reddit 版块
leave-out-sources-hint = 例如 courier.example, r/funny
leave-out-authors = 作者
leave-out-flair = Flair 标记
leave-out-commas = 用逗号分隔
leave-out-minimum = 最低得分和评论数
leave-out-minimum-hint = 例如：score 10, comments 5
leave-out = 排除：{ $what }
leave-out-author = 某位作者
leave-out-list = { $filter ->
    [words] 词语：{ $names }
    [sources] 来源：{ $names }
    [authors] 作者：{ $names }
    [subreddits] { $names }
   *[flair] flair：{ $names }
}
leave-out-score = { $count ->
   *[other] 少于 { $count } 分
}
leave-out-comments = { $count ->
   *[other] 少于 { $count } 条评论
}
leave-out-reason = { $whose ->
    [server] 被本服务器的过滤条件略过：{ $what }
   *[digest] 被这份简报的过滤条件略过：{ $what }
}
digest-form-new = 新建简报
digest-form-when = 发布频率
digest-form-time = 时间
digest-form-time-hint = 08:00、星期一 08:00、15 08:00（每月几日）或一行 cron 表达式
digest-form-what = 发布内容
digest-form-query = 关键词、来源或 Reddit 版块
digest-form-query-hint = 仅用于搜索、来源或版块
digest-form-style = 每篇文章展示多少内容
post-form-title = 发布方式
post-form-count = 消息
post-form-one = 所有文章合为一条
post-form-each = 每篇文章一条消息或一个论坛帖子
post-form-role = 要提及的身份组
post-form-role-hint = 默认不提及。只能选你有权提及的身份组，放在第一条消息开头。
post-form-how = 其他
post-form-silent = 发布时不发通知
post-form-publish = 在公告频道中公开发布
post-form-pin = 置顶最新一条，取消上一条的置顶
post-form-tags = 标签，每行一条规则
post-form-tags-hint = 新闻 · 体育: source bbc.co.uk · 求助: flair Question · 港口: search "fish market"
template-form-title = 模板
template-form-heading = 标题部分
template-form-item = 每篇文章
template-form-footer = 结尾部分
template-form-hint = 用 { "{" }{ "}" }：{ $names }
digest-paused-itself = <#{ $channel }> 的简报 #{ $number } 已暂停：{ $reason }。解决后用 { $resume } 恢复；详情见 { $why }。
digest-posted = 发布了 { $count } 篇文章
digest-posted-parts = 已发布 { $count } 条中的 { $posted } 条
digest-outcome = { $state ->
    [claimed] 待发布
    [sending] 正在发布
    [empty] 没有可发布的内容
    [missed] 已错过
   *[failed] 失败
}
digest-outcome-because = { $state ->
    [claimed] 待发布：{ $reason }
    [sending] 正在发布：{ $reason }
    [missed] 已错过：{ $reason }
   *[failed] 失败：{ $reason }
}
digest-on-request = 手动发布
digest-explain-run = 解释某次发布…

### Why an article was posted or skipped

digest-rule = { $rule ->
    [picked] 入选
    [new-comments] 因有新评论而再次入选
    [shown-before] 略过：已发布过，且没有新评论
    [twin] 略过：已选了另一个资料库里的同一篇
    [story-shown] 略过：同一新闻的另一个讨论串已发布过
    [same-story] 略过：已选了同一新闻的另一个讨论串
    [over-18] 略过：频道没有年龄限制
   *[enough] 略过：其他文章排在前面
}
digest-over-18 = 一篇标为 18+ 的文章
digest-more-skipped = 另略过 { $count } 篇
digest-not-run = 这份简报还没有发布过。
digest-never-considered = 这份简报从未考虑过这篇文章。它发布的是：{ $what }。
digest-asked-future = 这个时间还没到。
digest-asked-quiet = 这个时间在免打扰时段（{ $start } 至 { $end }）内，不会发布。
digest-chance = 如果现在运行：{ $rule }
digest-chance-none = 如果现在运行，不会考虑这篇文章。
digest-chance-random = 下次会随机挑选。

### Why a digest was not posted or is paused: stands after a colon

digest-reason-deleted = 简报已删除
digest-reason-discord-refused = Discord 拒绝了这条消息
digest-reason-forum-needs-tag = 论坛要求带标签，而 Newsdesk 用不了其中任何一个
digest-reason-no-such-tag = 论坛已没有所选标签，或 Newsdesk 无法使用它
digest-reason-nothing = 存档中已没有这篇文章
digest-reason-paused = 简报当时已暂停
digest-reason-quiet = 因免打扰时段推迟，直到超过补发时限
digest-reason-too-late = 已超过补发时限
digest-reason-unreachable = 连不上 Discord，Newsdesk 会继续尝试

## Posts

permission-view-channel = “查看频道”
permission-attach-files = “附加文件”
permission-send-messages = “发送消息”
permission-send-messages-in-threads = “在子区内发送消息”
permission-create-posts = “创建帖子”
permission-create-public-threads = “创建公共子区”
permission-manage-threads = “管理子区”
permission-pin-messages = “置顶消息”
permission-read-message-history = “阅读消息历史”

### Why a message was not sent or edited: stands after a colon

reason-bot-removed = Newsdesk 已不在该服务器
reason-channel-gone = 频道已删除
reason-fault = Newsdesk 出了点问题，详情见运营者的日志
reason-may-not-post = Newsdesk 在那里需要{ permission-view-channel }和{ permission-send-messages }权限
reason-needs = Newsdesk 在那里需要{ $permissions }权限
reason-thread-archived = 子区已归档并锁定
reason-edit-direct-refused = 该成员不接收私信
reason-edit-refused = Discord 拒绝了这次编辑
reason-edit-no-access = Newsdesk 已看不到该频道
reason-edit-too-late = 连续一周连不上 Discord
reason-message-gone = 消息早已删除

### Posts that show undone or erased content

posts-marked = 本服务器有 { $count } 条 Newsdesk 的消息仍显示你撤销的内容。
posts-marked-choice = 清理会移除这些内容。什么都不剩的消息会被删除。
posts-redact = 清理 { $count } 条消息
button-redact-posts = 清理消息
nothing-changed = 没有做任何更改。
posts-kept = 这些消息保持原样。
posts-none-marked = 这里没有需要清理的消息。
posts-edited = 已编辑 { $count } 条消息。
posts-deleted = 已删除 { $count } 条不剩任何内容的消息。
posts-waiting = 还有 { $count } 条消息，等 Discord 允许时再编辑。
post-not-edited = 未编辑：{ $link }（{ $reason }）
post-not-edited-direct = 未编辑：一条私信（{ $reason }）
post-edit-failed = { $link } 仍显示已撤销或已清除的内容。Newsdesk 无法编辑它：{ $reason }。手动删除这条消息。
post-items-removed = 这条消息移除了 { $count } 项内容。
post-since-undone = { $count ->
    [0] 其后有评论被撤销
   *[other] 其后有 { $count } 项被撤销
}
post-since-edited = { $count ->
    [0] 其后经过编辑
   *[other] 其后经过编辑：移除了 { $count } 项
}
post-since-emptied = 其后已删除：不剩任何内容
post-since-deleted = 消息其后已删除
post-since-waiting = 等待编辑
post-since-not-edited = 未编辑：{ $reason }

## Follows

follow-search-narrowed = “{ $query }”（{ $filters }）
follow-everything = 全部内容（{ $filters }）
follow-comments = 《{ $title }》的新评论
follow-comments-gone = 一篇已移除文章的新评论
follow-added = 已关注：{ $what }。有新内容时会私信通知你。
follow-added-here = { $channel } 已关注：{ $what }。有新内容时 Newsdesk 会发布到那里。
follow-known = 你已经关注过：{ $what }。
follow-known-here = { $channel } 已经关注过：{ $what }。
follow-direct-limits = 如果你不接收私信，关注会暂停。
follow-now-muted = 已静音：{ $what }。可在 { $list } 中恢复或取消。
follow-now-resumed = 已恢复：{ $what }。从下次导入起重新通知。
follow-now-removed = 已取消关注：{ $what }。
follow-none = 你在这里还没有关注任何内容。用 { $add } 关注一项搜索，或点击搜索结果或文章下方的**关注**。
follow-own = **你的关注**，通过私信通知
follow-channels = **频道的关注**
follow-held-back = 过去 24 小时有 { $count } 次导入超出了你的每日上限。用 { $catchup } 查看它们带来的新内容。
follow-choose = 选择一项关注…
follow-choose-mute = 静音…
follow-mute = 静音
follow-resume = 恢复
follow-remove = 取消关注
follow-here = 在这里也关注
follow-active = 启用
follow-muted = 已静音
follow-paused = 已暂停：{ $reason }
follow-paused-notice = { $channel } 有 { $count } 项关注已暂停：{ $reason }。解决后在 { $list } 中恢复。
follow-reason-direct-refused = Newsdesk 的私信被屏蔽
follow-reason-discord-refused = Discord 拒绝了这条消息
follow-reason-left = 已不是该服务器的成员

### Notices of follows

follow-heading = 新内容：{ $what }
follow-heading-comments = 新评论：{ $title }
follow-new-comments = { $count } 条新评论
follow-threads-at-least = 至少 { $count } 个讨论串
follow-more = 另有 { $count } 项
follow-more-at-least = 至少还有 { $count } 项
follow-show-all = 查看全部
follow-show-all-for = 查看全部：{ $what }
follow-last-today = 这是今天此处最后一条关注消息。其余内容见 { $catchup }；版主可在 { $settings } 中提高上限。
follow-in-server = 你在 { $server } 关注了它。
follow-help =
    ### 关注
    { $add } 用来关注一项搜索。导入了匹配的文章时，你会收到一条列出标题的私信。如果你是版主或能管理某个频道，可用`频道`选项改为发布到那里。
    搜索结果下方的**关注**按钮作用相同；文章下方的按钮则关注它的评论。
    每篇文章只通知一次，无论之后又有多少评论。撤销后重新导入的文章算作新文章。一个频道的所有关注，每次导入只发一条消息。
    {"**"}静音**后不再通知，直到你在 { $list } 中恢复。{ $remove } 用来取消关注。
    版主设定同一处每天最多收到几条消息。{ $catchup } 总会显示你上次来过之后的全部新内容。
    { $digest } 会按你定的时间给你发简报。**排除…** 用来过滤关注或简报显示的内容。
    -# 标为 18+ 的文章只在年龄限制频道里通知。如果你不接收私信或离开了服务器，你的关注会暂停。

## Catch-up

catch-up-heading = ### { $time }以来的新内容，{ $ago }
catch-up-first = 这是你第一次来，先看最近 7 天的内容。下次会显示这次之后的新内容。
catch-up-nothing = 其后没有导入或发布任何内容。用 { $add } 关注，有新内容时就会通知你。
catch-up-loaded = **已导入**
catch-up-counts = { $articles ->
    [0] 没有新文章
   *[other] { $articles } 篇新文章
}，{ $comments ->
    [0] 没有新评论
   *[other] { $comments } 条新评论
}
catch-up-shared-load = 共享资料库
catch-up-more-loads = 另有 { $count } 次导入
catch-up-posted = **已发布** · { $count } 条简报和通知
catch-up-paused = 你的关注 #{ $number }（{ $what }）已暂停：{ $reason }。在 { $list } 中恢复。

## Settings

settings-title = ### 服务器设置
settings-moderators = **版主：** 拥有“管理服务器”权限的成员
settings-moderators-and-role = **版主：** 拥有“管理服务器”权限或 { $role } 身份组的成员
settings-shared-archive = { $state ->
    [on] **共享资料库：** 开启。搜索包括运营者的资料库。
   *[off] **共享资料库：** 关闭。只搜索在这里导入的内容。
}
settings-adult = { $state ->
    [on] **18+ 文章：** 只在年龄限制频道里显示
   *[off] **18+ 文章：** 隐藏
}
settings-pseudonyms = { $state ->
    [on] **评论者**显示为评论者 A、B、C，每个讨论串重新编排字母。评论正文里的名字保持不变。
   *[off] **评论者**以名字显示。
}
settings-digests = **新简报**默认发布到 { $channel }，除非另选频道。
settings-digests-anywhere = **新简报**默认发布到创建它的地方，除非另选频道。
settings-digest-zone = **简报时区：** { $zone }
settings-digest-languages = **简报语言：** { $languages }
settings-leave-out = **简报和通知：**{ $what }
settings-any-language = 任何语言
settings-notices = **如果简报暂停，** 版主会在 { $channel } 收到通知。
settings-notices-to-maker = **如果简报暂停，** 创建者会收到私信。
settings-follows = **关注消息**每天在同一处最多 { $count } 条。可用`每日关注上限`选项更改。
settings-language = **公开消息的语言：** { $language }
settings-language-of-server = **公开消息的语言：** { $language }，与服务器相同
settings-note = Discord 只向拥有“管理服务器”权限的成员显示 /archive、/digest、/settings、/status 和 /audit。要让版主身份组也看到，在服务器设置 > 整合 > Newsdesk 中添加该身份组。要导入之前导出的文件，把它附在 /settings 命令里。
permissions-complete = **权限：**Newsdesk 在 #{ $channel } 拥有所需的全部权限。
permissions-missing = **Newsdesk 在 #{ $channel } 缺少 { $count } 项权限**
permissions-item = - {"**"}{ $permission }**：{ $why }
permissions-why = { $permission ->
    [view_channel] 才能看到这个频道
    [send_messages] 才能发布简报、通知、分享的卡片和对提及的回答
    [send_messages_in_threads] 才能在子区内回答
    [create_public_threads] 才能为讨论和简报创建子区
    [attach_files] 才能附上图表、导出文件和被拒绝的行
   *[read_message_history] 才能找到自己发布的内容，避免重复发布
}
permissions-what-to-do = 打开频道设置，进入“权限”，为 Newsdesk 的身份组允许这些权限。
permissions-no-channel = { $server } 没有 Newsdesk 可以发布的文字频道。请创建一个，然后重新检查。
settings-role-placeholder = 版主身份组
settings-digest-placeholder = 新简报的频道
settings-notices-placeholder = 版主通知的频道
settings-languages-placeholder = 简报文章的语言：任何
settings-language-placeholder = 公开消息的语言：与服务器相同
settings-switch-shared = { $to ->
    [on] 开启共享资料库
   *[off] 关闭共享资料库
}
settings-switch-adult = { $to ->
    [on] 显示 18+ 文章
   *[off] 隐藏 18+ 文章
}
settings-switch-names = { $to ->
    [on] 隐藏名字
   *[off] 显示名字
}
settings-zone = 时区…
settings-zone-title = 简报的时区
settings-zone-label = 地区/城市，例如 Europe/Berlin
settings-export = 导出

### Settings as a file

settings-exported = **设置文件：** 本服务器的设置、{ $digests ->
    [0] 无简报
   *[other] { $digests } 份简报
}、{ $follows ->
    [0] 无频道关注
   *[other] { $follows } 项频道关注
}。成员自己的关注属于隐私，不包括在内。
settings-import = ### 导入这些设置？
settings-imported = **设置已导入。**
settings-not-imported = 已取消导入，没有任何改动。
settings-import-nothing = 该文件里的设置这里都已经有了。
settings-import-confirm = 导入
settings-import-digests = { $count } 份新简报
settings-import-follows = { $count } 项新关注
settings-import-already = 其中 { $count } 项简报和关注这里已经有了。
settings-import-left-out = 略过 { $count } 项：这里没有对应的频道或文章，你或 Newsdesk 无法在那里发消息，或名字已隐藏。
settings-state = { $state ->
    [on] 开启
   *[off] 关闭
}
settings-none = 无
settings-field-moderator-role = 版主身份组
settings-field-shared-archive = 共享资料库
settings-field-zone = 时区
settings-field-moderator-channel = 版主通知的频道
settings-field-digest-channel = 新简报的频道
settings-field-languages = 简报文章的语言
settings-field-leave-out = 排除的内容
settings-field-language = 公开消息的语言
settings-field-adult = 18+ 文章
settings-field-pseudonyms = 隐藏名字
settings-field-follow-cap = 每日关注消息上限
settings-places-where = { $rule ->
    [nowhere] **成员可以用 Newsdesk 发布消息的频道：**暂无。请在下方选择。
    [only] **成员可以用 Newsdesk 发布消息的频道：**仅限 { $channels }。
    [except] **成员可以用 Newsdesk 发布消息的频道：**除 { $channels } 外的所有频道。
   *[everywhere] **成员可以用 Newsdesk 发布消息的频道：**所有频道。
}
settings-mentions = { $state ->
    [on] **提及：**在这些频道回答。
   *[off] **提及：**不回答。
}
settings-places = 频道…
settings-places-title = ### 成员可以在哪里用 Newsdesk 发布消息
settings-places-note = 适用于分享的卡片、讨论子区和对提及的回答。子区遵循所属频道的设置。在其他地方，命令只会私下回复。简报和关注发布到各自选定的频道。
settings-places-rule = { $rule ->
    [only] 仅这些频道
    [except] 除这些频道以外
   *[everywhere] 所有频道
}
settings-places-placeholder = 频道和类别
settings-places-back = 返回设置
settings-switch-mentions = { $to ->
    [on] 回答提及
   *[off] 不再回答提及
}
settings-field-posting-rule = 成员可以发布消息的地方
settings-field-posting-channels = 该规则的频道
settings-field-answers-mentions = 回答提及

## Privacy

privacy-question = **清除 { $name } 的全部内容？**
privacy-found = 这里共有 { $threads } 个讨论串中的 { $what }。
privacy-found-nothing = 这里没有人以这个名字写过或发布过内容。
privacy-found-part = 资料库太大，一次数不完，可能还有更多。
privacy-nearest = 这里相近的名字：{ $names }。
privacy-effect =
    此人的文章和评论会被清空，名字会从各处移除。别人的回复会保留在“[deleted]”之下。之后导入文件或撤销导入，都不会让这些内容回来。
    {"**"}此操作无法撤销。**
privacy-limits = Newsdesk 也会在 Discord 允许的范围内，编辑自己引用过此人的消息。不包括：只有运营者能更改的共享资料库，以及别人写的关于此人的内容。
privacy-confirm = 永久清除
privacy-keep-out = 以后导入时略过
privacy-erasing = **正在清除 { $name } 的内容…** 资料库较大时需要一点时间。
privacy-erased = **{ $name } 的内容已清除。** 操作人：{ $by }。
privacy-erased-counts = 已清空 { $comments } 条评论和 { $articles } 篇文章。
privacy-erased-nothing = 这里没有此人的内容。之后的导入会略过此人的内容。
privacy-erased-limits = 之后的导入不会带回其中任何内容。成员自己保存的副本和引文不受影响。

## The audit list: who did what, and when

audit-title = { $count ->
   *[other] **操作记录** · { $count } 条，最新的在前
}
audit-none = 这里还没有内容。导入、撤销的导入、清除的作者、导出，以及设置、简报和频道关注的筛选的更改都会列在这里。
audit-note = 记录保留一年。被清除的作者的名字不会保留。
audit-load = { $state ->
    [done] 导入 #{ $load }：{ $name }
    [cancelled] 导入 #{ $load }：{ $name }（已取消）
   *[failed] 导入 #{ $load }：{ $name }（失败）
}
audit-load-paused = 导入 #{ $load } 已暂停
audit-load-resumed = 导入 #{ $load } 已恢复
audit-undo = 导入 #{ $load } 已撤销
audit-forget = 清除了一位作者的内容
audit-purge = 运营者删除了部分资料库
audit-request-declined = 拒绝了一项清除请求
audit-export = { $what ->
    [thread] 以 { $format } 导出了一个讨论串
    [search] 以 { $format } 导出了一次搜索
   *[archive] 以 { $format } 导出了资料库
}
audit-setting = { $setting }：{ $old } → { $new }
audit-digest = { $what ->
    [created] 简报 #{ $digest } 已创建
    [edited] 简报 #{ $digest } 已编辑
    [paused] 简报 #{ $digest } 已暂停
    [resumed] 简报 #{ $digest } 已恢复
    [deleted] 简报 #{ $digest } 已删除
   *[run] 简报 #{ $digest } 已额外发布
}
audit-follow-filters = { $channel } 中关注 #{ $follow } 的筛选：{ $old } → { $new }
privacy-backups = 之前的备份中仍有这些内容。
privacy-backup = { $name }（{ $day }）
privacy-backups-known = 以下之前的备份中仍有这些内容，直到运营者将其删除：{ $backups }。

## What is stored about a member (/privacy mine)

mine-title = **Newsdesk 保存的你的数据**
mine-nothing = Newsdesk 没有以你的 Discord ID 保存任何内容。
mine-authors = 这里说的是你的 Discord 账号。要清除你在别处写的文章和评论，请用 { $request }。
mine-follows = { $count ->
   *[other] 你私信里的 { $count } 个关注
}
mine-own-digests = { $count ->
   *[other] 你私信里的 { $count } 个简报
}
mine-channel-follows = { $count ->
   *[other] 你为频道添加的 { $count } 个关注
}
mine-digests = { $count ->
   *[other] 你创建的 { $count } 个简报
}
mine-shared = { $count ->
   *[other] 你分享或发布的 { $count } 张卡片
}
mine-messages = { $count ->
   *[other] 发给你的 { $count } 条消息的记录
}
mine-visits = { $count ->
   *[other] 你在 { $count } 个服务器上最后一次使用机器人的时间
}
mine-searches = { $count ->
   *[other] { $count } 个已保存的搜索
}
mine-requests = { $count ->
   *[other] { $count } 项清除请求
}
mine-tokens = 你今天对语言模型的用量，保留到 UTC 零点
mine-audit = { $count ->
   *[other] 版主操作记录中的 { $count } 条，保留一年
}
mine-loads = { $count ->
   *[other] { $count } 份导入报告上的名字
}
mine-kept = 提问和搜索不会以你的名义保存。导入报告、请求、用量和操作记录不能在这里删除。
mine-delete = 删除
mine-question = **删除 Newsdesk 保存的你的数据？**
mine-effect = 会删除你自己的关注、简报和已保存的搜索、最后访问时间，以及发给你的消息的记录，这些消息以后无法再更正。简报、频道的关注和分享的卡片会保留，但不再带有你的名字。
mine-confirm = 永久删除
mine-deleted = **你的数据已删除。** 备份在被删除之前仍含有这些数据。

## The privacy policy

policy-title = ### 隐私政策
policy-text =
    Newsdesk 保存版主和运营者导入的文章和评论，以及作者公开使用的名字。服务器自己的资料库只在该服务器可见。共享资料库在所有未将其关闭的服务器可见。
    它还保存每个服务器的设置、简报和关注，以及创建者的 Discord ID 和名字；它自己的消息的 ID，以便更正或删除；以及每位成员在服务器上最后一次使用的时间。
    它只读取提及它、回复它或直接发给它的消息。数据绝不出售，也不用于广告或训练模型。
policy-no-log = 提问不会保存。
policy-log = 运营者会保存提问，但不含提问者的名字和 ID。
policy-model = 提问和找到的引文会发送给语言模型，不含成员和评论者的名字。
policy-retention = **保留期限**：发布记录 { $posts } 天，访问时间 { $visits } 天，版主操作记录 { $audit } 天。资料库和设置会一直保留，直到版主或运营者删除。
policy-purged = { $days ->
   *[other] **服务器移除机器人后**，其资料库和设置会在 { $days } 天后永久删除。
}
policy-stays = **服务器移除机器人后**，其数据会保留到运营者删除为止。
policy-contact = **联系方式**：{ $contact }
policy-no-contact = **联系方式**：运营者没有填写。请询问此服务器的版主。
policy-commands = { $mine } 可查看和删除保存的你的数据。{ $request } 可请求清除你作为作者的内容。

## Requests to be forgotten

request-sent = **你的请求已交给版主。** 由他们决定是否从此服务器的资料库中清除 { $name } 写的全部内容，他们可能会请你证明身份。如果你接收私信，会收到处理结果。
request-shared = 这里说的是此服务器自己的资料库。共享资料库归运营者管理。
request-shared-contact = 这里说的是此服务器自己的资料库。共享资料库请联系运营者：{ $contact }
request-none = 没有待处理的请求。
request-more = { $count ->
   *[other] 还有 { $count } 项请求在等待处理。
}
request-card = **清除请求**
    { $member } 请求从此服务器的资料库中清除 **{ $name }** 写的全部内容。
request-check = 请先核实此人确实是这位作者，例如让对方用当时发表的账号发一条消息。
request-grant = 永久清除
request-decline = 拒绝
request-decided = { $what ->
    [granted] **请求已批准**，操作人：{ $by }。{ $member } 所说的作者的内容已清除。
   *[declined] **请求已拒绝**，操作人：{ $by }。{ $member } 的请求没有带来任何更改。
}
request-answer = { $what ->
    [granted] { $server } 的版主批准了你的请求：你所说的作者的内容已从其资料库中清除。
   *[declined] { $server } 的版主拒绝了你的清除请求。你可以向他们询问原因。
}
request-owner = { $server } 有人请求清除自己作为作者的内容。请在该服务器用 { $command } 处理。要在频道里接收此类请求，请在设置中选择版主频道。

## Command line: help

cli-about = Newsdesk 是一个可搜索的资料库，收录新闻文章和相关讨论。
cli-audit = 查看谁导入、撤销、清除或更改了什么
cli-audit-about = 只看这一类操作
cli-audit-offset = 跳过这么多条记录
cli-export = 导出讨论串、搜索或资料库
cli-export-loads-again = NDJSON 可原样再次导入。导出写到标准输出，或 --output 指定的文件。
cli-export-thread = 只导出这篇文章及其评论，按 ID 或标题
cli-export-search = 只导出这次搜索的讨论串，最多 500 个
cli-export-format = markdown、csv，或可再次导入的 ndjson（默认）
cli-export-output = 要写入的文件
cli-exit-codes = 退出码：0 完成，1 未找到，2 输入有误，69 无法连接 Discord。列表为空也是 0。
cli-usage = 用法：
cli-heading-commands = 命令
cli-heading-arguments = 参数
cli-heading-options = 选项
cli-help = 显示此帮助
cli-version = 显示版本
cli-data = 数据库所在文件夹（默认：NEWSDESK_DATA，未设置则为“data”）
cli-guild = 使用这个 Discord 服务器的资料库，而不是共享资料库
cli-json = 输出一个 JSON 对象，供程序使用

cli-article-id = 文章的编号、键（t3_…）或标题
cli-source = 只要这个网站，例如 courier.example
cli-after = 当日及以后，例如 2024-03-12
cli-before = 早于此日期
cli-limit = 最多显示多少项（默认：{ $default }）

cli-article = 显示文章及其评论
cli-article-comments = 最多显示多少条评论，从最新的开始（默认：全部）
cli-article-newest = 从最新的开始列出评论，回复不缩进
cli-ask = 提个问题，用资料库里的原文来回答
cli-ask-question = 你的问题，用自己的话说
cli-ask-article = 只问这篇文章及其评论
cli-ask-exit-code = 如果资料库里没有答案，退出码为 1。
cli-backup = 备份数据并检查备份，机器人运行时也可以
cli-backup-target = 存放备份的文件夹
cli-restore = 恢复备份，现有文件会另行保留
cli-restore-folder = 备份所在的文件夹
cli-check = 检查数据库，并说明如何修复问题
cli-check-repair = 重建损坏的搜索索引
cli-comments = 显示大家怎么评论一篇文章
cli-comments-list = 改为列出评论
cli-comments-order = 列表的排序方式（默认：thread）
cli-comments-hide-bots = 不显示机器人的评论
cli-comments-one-thread = 只列出这篇文章自己的讨论串，不列其他讨论串
cli-comments-timeline = 用 newsdesk timeline { $id } 查看这些讨论串。
cli-comments-replies = 只列出这条评论下的回复
cli-comments-offset = 跳过这么多条评论
cli-deliveries = 显示定时简报是否已发布
cli-deliveries-schedule = 只看这份简报
cli-follows = 列出频道和成员的关注
cli-follows-remove = 取消这项关注
cli-forget = 永久清除一位作者的名字和文字
cli-forget-everywhere = 不加 --guild 时，对所有资料库生效。
cli-forget-what = 要清除什么
cli-forget-name = 作者的名字，不区分大小写
cli-forget-dry-run = 只显示将清除的内容，不清除
cli-forget-keep-out = 即使存档中没有该名字的内容，也忘记这个名字
cli-purge = 按时间、来源或 Reddit 版块永久删除文章及其评论
cli-purge-permanent = 加 --guild 时针对该服务器的资料库，否则针对共享资料库。此操作无法撤销，请先备份。
cli-purge-subreddit = 只要这个 Reddit 版块
cli-purge-all = 整个资料库及其导入记录
cli-purge-dry-run = 只显示将删除的内容，不删除
cli-load = 从文件导入文章和评论
cli-load-path = 要导入的文件和文件夹，可为原样或 .zip、.tar、.gz、.xz、.zst
cli-load-resume = 恢复这次导入；不写编号则恢复最近停止或失败的一次
cli-load-name = 导入的名称（默认：第一个文件的名称）
cli-load-dry-run = 只显示会导入什么，不真正导入
cli-load-subreddit = 只要这个 Reddit 版块，可重复使用
cli-load-min-score = 只要得分不低于此数的内容
cli-load-min-length = 只要不少于这么多字符的评论
cli-load-over-18 = 包含 18+ 内容（默认略过）
cli-load-filters = 筛选条件逐一应用于每篇文章和每条评论。文章页面没有版块和得分。
cli-loads = 列出最近的导入
cli-loads-rejected = 输出这次导入拒绝的所有内容，每行一个 JSON 对象
cli-mcp = 让 AI 工具通过 MCP 读取资料库
cli-related = 查找相关文章
cli-timeline = 查看一则新闻的报道时间线和讨论串
cli-run = 运行机器人（需要 DISCORD_TOKEN）
cli-run-shards = 作为多个进程之一运行：它的分片，例如 0-3/16；auto 表示平分 Discord 推荐的分片数
cli-schedules = 列出定时简报
cli-search = 搜索文章及其评论
cli-search-query = 关键词、"短语"、-排除词、甲 OR 乙、开头*
cli-search-in = 搜索范围（默认：两者）
cli-search-author = 只要此人的文章或评论
cli-search-order = 结果的排序方式（默认：相关度）
cli-search-offset = 跳过这么多结果
cli-browse = 按来源、版块、标签、日期或月份浏览资料库
cli-browse-by = 浏览方式；不填则列出最新文章
cli-browse-value = 只要这个来源、版块、标签、日期（2024-03-12）或月份（2024-03）的文章
cli-stats-by = 按月份、来源或版块统计讨论串
cli-trend = 显示随时间匹配搜索的文本数量
cli-stats = 显示资料库里有什么
cli-status = 显示机器人、导入和发布的状态
cli-status-running = 只显示机器人是否已连接 Discord；未连接时退出代码为 1
cli-summary = 显示文章的关键句
cli-try = 在浏览器里试用机器人，无需 Discord
cli-try-port = 本地页面的端口（默认：任一空闲端口）
cli-try-data = 把资料库保存在这个文件夹（默认：不保存）
cli-undo = 撤销一次导入
cli-undo-load = 导入的编号

## Command line: mistakes in what was typed

cli-mistake-in = { $argument_name }：{ $message }
cli-mistake-missing = 缺少：{ $value }
cli-mistake-missing-one = 任选其一：{ $value }
cli-mistake-unknown = 无法识别：{ $value }
cli-mistake-conflict = 不能与 { $value } 同时使用
cli-mistake-unwanted-value = 不接受值，却给出了 { $value }
cli-mistake-no-value = 需要一个值
cli-mistake-ambiguous = { $option } 可能指 { $matches }
cli-mistake-choice = { $value } 不在 { $choices } 之中
cli-mistake-example = 请输入：{ $example }
cli-not-an-author = “{ $text }”不是作者的名字
cli-not-a-server = “{ $text }”不是 Discord 服务器的 ID
cli-not-shards = “{ $text }”既不是 auto，也不是 0-3/16 这样的分片写法
cli-not-a-number = “{ $text }”不是 { $minimum } 到 { $maximum } 之间的整数

## Command line: what it prints

cli-undated = 无日期
cli-by = { $name }，{ $time }
cli-posted-by = 由 { $author } 发布
cli-commenter = 评论者 { $author }
cli-headline = 标题
cli-article-number = 文章 { $id }
cli-comment-number = 评论 { $id }
cli-digest-number = 简报 { $id }
cli-server = 服务器 { $id }
cli-channel = 频道 { $id }
cli-member = 成员 { $id }

cli-search-found = 找到 { $count } 个与{ $query }相关的讨论串
cli-search-more = 找到 { $count } 个以上与{ $query }相关的讨论串
cli-search-respelt = 没有与{ $query }相关的讨论串。改为显示{ $instead }的 { $count } 个结果
cli-summary-sentences = { $count } 句中的 { $shown } 句

cli-ask-differs = 另一处来源说法不同
cli-ask-supporters = { $read } 条评论中的 { $count } 条

cli-digest-disputed-figures = { $count } 位评论者质疑文章：是 { $theirs }，不是 { $ours }
cli-digest-busiest = 最热闹的时段：{ $time } 起 { $span }内有 { $count } 条评论

cli-loading = 正在导入
cli-load-waiting = 等待另一次导入完成
cli-load-ended = { $state ->
    [done] 已导入 { $name }，用时 { $duration }
    [cancelled] 已取消 { $name }，用时 { $duration }
    [paused] 已停止 { $name }，用时 { $duration }
   *[failed] 未能完整导入 { $name }，在 { $duration }后停止
}
cli-load-preview = 会导入 { $articles } 篇文章和 { $comments } 条评论
cli-load-not-written = 没有导入任何内容。去掉 --dry-run 再运行即可导入。
cli-load-rejected = 拒收 { $count } 项：
cli-load-more-rejected = 另有 { $count } 项
cli-load-rejects-file = 完整列表：{ $path }
cli-load-rejects-command = newsdesk loads --rejected { $load }
cli-load-resume-hint = 继续导入：newsdesk load --resume { $load }
cli-load-undo-hint = 撤销：newsdesk undo { $load }
cli-loads-none = 还没有导入任何内容。这样开始：newsdesk load FILE
cli-forget-done = 已清空 { $articles } 篇文章和 { $comments } 条评论，并从各处移除了作者的名字。再次导入转储文件也不会让它们回来。
cli-forget-nothing = 没有找到该作者的内容。之后导入的转储文件也不会带入其内容。
cli-forget-unknown = 没有任何更改。如果这个名字以前没有被忘记，以后的导入可能会带入它；要避免这种情况，请加上 --keep-out。

cli-schedules-none = 没有定时简报。版主可在 Discord 里用 /digest create 创建。
cli-next = 下次：{ $time }
cli-deliveries-none = 还没有到发布时间的简报。查看排期：newsdesk schedules
cli-follows-none = 还没有关注。成员可在 Discord 里用 /follow add 添加。
cli-audit-none = 还没有记录。
cli-export-done = 已导出到 { $path }：{ $articles } 篇文章，{ $comments } 条评论。
cli-audit-shared = 共享资料库
cli-follows-removed = 已取消关注 #{ $id }：{ $what }。

cli-stats-articles = { $articles } 篇文章，来自 { $sources } 个来源
cli-stats-size = 占用磁盘 { $size }
cli-transfer = 把资料库迁移到另一个数据库
cli-transfer-to = PostgreSQL 数据库的地址，或用于 SQLite 的文件夹
cli-transfer-copying = 正在复制 { $table }：{ $total } 行中的第 { $done } 行
cli-transfer-comparing = 正在比对 { $table }：{ $total } 行中的第 { $done } 行
cli-transfer-stopped = 已停止。要继续，请再次运行同一命令。
cli-transferred =
    { $rows ->
       *[other] 已复制并比对 { $rows } 行。
    }
cli-transferred-url = 把 DATABASE_URL 设为该地址，然后启动机器人。原来的数据库没有改变。
cli-transferred-folder = 将 DATABASE_URL 留空，把 NEWSDESK_DATA 设为 { $folder }，然后启动机器人。原来的数据库没有改变。
cli-backup-restore = 已检查。要恢复它，先停止机器人，再运行：newsdesk restore { $folder }
cli-restored = 已恢复 { $folder }。
cli-restored-check = 文本完好，但有其他问题。newsdesk check 会说明该怎么做。
cli-restored-aside = 之前的文件在 { $folder } 中。确认一切正常后再删除。
cli-upgrade-backup = 升级前的备份（{ $size }）：{ $part }
cli-upgrade-running = 正在升级 { $file }，已用时 { $duration }。
cli-upgrade-done = { $file } 已升级，用时 { $duration }。要退回，运行 newsdesk restore { $backup }，然后使用之前的版本。
cli-check-ok = 正常
cli-check-broken = 损坏

## Command line: what "newsdesk check" finds: what was checked, the result, and what to do

check-pages = { $file }：数据页
check-pages-good = 完好
check-schema = { $file }：数据表
check-schema-good = 完整
check-schema-bad = 缺少或有误：{ $names }
check-references = { $file }：引用关系
check-references-good = 完整
check-references-bad = { $count } 处指向不存在的内容
check-counts-good = 正确
check-comment-counts = { $file }：评论数
check-comment-counts-bad = { $count } 篇文章的评论数有误
check-receipts = { $file }：导入报告
check-receipts-bad = { $count } 份导入报告列有不存在的评论
check-totals = { $file }：合计
check-totals-bad = { $count } 份导入报告与其评论数不符
check-numbers = { $file }：编号
check-numbers-bad = { $count } 个资料库会重复使用编号
check-undos = { $file }：已撤销的导入
check-undos-good = 完整
check-undos-bad = 只撤销了一部分：{ $loads }
check-undos-advice = 如果不是正在撤销，再撤销一次即可完成。
check-statistics = { $file }：搜索统计
check-statistics-good = 完整
check-statistics-bad = 上次更新失败：{ $parts }
check-statistics-advice = 搜索可用，但可能缺少拼写纠正和词形变化。原因见日志。升级 Newsdesk 后，下次导入会更新它们。
check-indexes = { $file }：搜索索引
check-index = { $file }：搜索索引 { $table }
check-index-good = 与正文一致
check-index-bad = 与正文不一致
check-index-rebuilt = 原与正文不一致，现已重建
check-index-advice = 重建：newsdesk check --repair
check-index-skipped = 未检查
check-index-room = 在数据文件夹所在磁盘上腾出 { $size }，再检查一次。
check-not-created = 尚未创建
check-not-ours = 不是 Newsdesk 的数据库
check-newer = 由更新版本的 Newsdesk 创建
check-upgrade = 升级 Newsdesk。
check-damaged = 已损坏
check-unreadable = 无法读取
check-disk = 检查磁盘和文件夹权限。
check-restore = 停止机器人，用 newsdesk restore 恢复最近的备份，再检查一次。

## Configuration: settings that are wrong, as the command line shows them

config-problem = { $name }：{ $problem }
config-token-missing = 缺少 DISCORD_TOKEN。在 Discord Developer Portal 创建应用，从“Bot”页面复制令牌（三个特权意图都保持关闭），并在 .env 或环境变量中设置 DISCORD_TOKEN。下次启动时会显示邀请链接。
config-token-with-bot = 去掉开头的“Bot”，只填令牌。
config-no-token = 这不是机器人令牌。令牌由三段组成，以点相连，不含空格。
config-not-a-folder = “{ $path }”不是文件夹。
config-no-such-folder = 文件夹“{ $path }”不存在。
config-time = “{ $text }”不是时间。写成 03:00 这样的形式。
config-no-file = “{ $path }”不能用作文件。在已有的文件夹里选一个文件名。
config-no-policy = “{ $path }”无法作为文本读取。请指定一个 UTF-8 文本文件。
config-long-policy = “{ $path }”太长。最多 { $most } 个字符。
config-long-contact = 太长。最多 { $most } 个字符。
config-one-of = “{ $text }”无效。可用：{ $choices }。
config-some-of = “{ $text }”无效。可用以下一项或多项：{ $choices }。
config-number = “{ $text }”无效。填写 { $minimum } 到 { $maximum } 之间的整数。
config-vectors = “{ $text }”无效。可用 shipped、off、文件夹，或 somebody/model 这样的 hub 名称。
config-vectors-need-extra = 这需要 model2vec。安装 newsdesk[model2vec]，或改用 shipped 或 off。
config-no-address = 这不是网址。格式如 http://localhost:8080/v1。
config-no-database = 这不是 PostgreSQL 数据库的地址。格式如 postgresql://user:password@host/newsdesk，密码中的特殊字符写成 %40 这样的形式。
config-database-needs-extra = 这需要 psycopg。安装 newsdesk[postgres]，或将此设置留空。
config-address-with-key = 这里只填网址。密钥应放在 LLM_API_KEY。
config-no-key = 这不是密钥。密钥不含空格或带重音的字母。
config-alert = 这既不是 webhook 地址，也不是用户 ID。
config-half-a-model = 缺少 { $missing }。{ $given } 需要它。
config-misspelt = 没有 { $name } 这项设置。是不是 { $near }？
config-env-file = 无法读取 .env：{ $reason }

## Loads

load-starting = **正在导入** { $name } · 正在读取文件…
load-queued = **等待中** { $name } · 当前导入完成后自动开始
load-running = **正在导入** { $name }
load-left = 剩余 { $duration }
load-comments-of = 约 { $total } 条评论中的 { $count } 条
load-rate = { $count } 项/秒
load-read = 已读取 { $done }
load-read-of = 已读取 { $done }，共 { $total }
load-rejected = 拒收 { $count } 项
load-rejected-attached = 拒收 { $count } 项（见附件）
load-left-out = { $reason ->
    [subreddit] 略过其他版块的 { $count } 项（{ $option }）
    [after] 略过过早的 { $count } 项（{ $option }）
    [before] 略过过晚的 { $count } 项（{ $option }）
    [min_score] 略过得分过低的 { $count } 项（{ $option }）
    [min_length] 略过过短的 { $count } 项（{ $option }）
   *[over_18] 略过 { $count } 项 18+ 内容（用 { $option } 可导入）
}
load-left-out-uncounted = 略过 { $count } 项（18+ 或不符合筛选条件）

load-receipt = { $state ->
    [done] **已导入** { $name }，用时 { $duration }
    [cancelled] **已取消** { $name }，用时 { $duration }
    [paused] **已暂停** { $name }，用时 { $duration }
    [failed] **失败** { $name }，用时 { $duration }
    [undone] **已撤销** { $name }
    [undoing] **撤销了一部分** { $name }
   *[running] **正在导入** { $name }
}
load-new-articles = { $count ->
    [0] 没有新文章
   *[other] { $count } 篇新文章
}
load-new-comments = { $count ->
    [0] 没有新评论
   *[other] { $count } 条新评论
}
load-updated = 更新 { $count } 项
load-unchanged = { $count } 项无变化
load-older = { $count } 项比已存的版本旧
load-waiting = { $count } 条评论在等所属文章，暂不显示。导入文章后即会显示（Reddit 转储文件中为帖子，RS_…）。
load-missing = 已知还有 { $count } 条评论不在资料库里，可能在“加载更多”之后，或在未导入的文件里。
load-books = { $kind ->
    [articles] 读取文章 { $read } 篇（{ $parts }）
   *[comments] 读取评论 { $read } 条（{ $parts }）
}
load-books-part = { $what ->
    [new] 新增 { $count }
    [updated] 更新 { $count }
    [unchanged] 无变化 { $count }
    [older] 较旧 { $count }
    [waiting] 等待 { $count }
    [rejected] 拒收 { $count }
   *[left_out] 略过 { $count }
}
load-unaccounted = 有 { $count } 项已读取却没有去向。这是 Newsdesk 的故障，请报告。
load-nothing = 没有导入任何内容。
load-nothing-new = 没有新内容。资料库里已有：{ $what }。
load-number = 导入 #{ $load }
load-by = 由 { $who } 导入
load-rejects-cut = 附件是 { $size } 中的开头部分。运营者在数据文件夹里有完整的一份：rejects/{ $load }.ndjson。
load-pausing = 正在暂停导入 #{ $load }。稍后可以恢复。
load-cancelling = 正在取消导入 #{ $load }。稍后会显示导入报告。
load-never-started = 没有导入任何内容。
load-interrupted = Newsdesk 正在关闭。重新启动后会自动继续导入。
load-out-of-sight = Newsdesk 没有在这里发布消息的权限，所以这条消息 15 分钟后不再更新。用 { $command } 查看导入报告。
load-direct = 要撤销这次导入，请在服务器里使用 { $undo }。
load-ended = { $how ->
    [cancelled] **已取消** { $name }
    [interrupted] **已中断** { $name }
   *[failed] **失败** { $name }
}

load-would-load = **会导入** { $name }
load-would-change = 与资料库相比：
export-done = { $count ->
   *[other] **已导出**为 { $format }，共 { $count } 个文件
}
export-points = { $count ->
   *[other] { $count } 分
}
export-running = **正在导出**
export-loads-again = 可以再次导入此资料库或其他资料库：把文件附加到 /archive load。
export-by = 提交者：{ $who }
load-dates = { $first }至{ $last }
load-would-reject = 会拒收 { $count } 项
load-room = 最多需要 { $needed } 磁盘空间；可用 { $free }。
load-no-room = 磁盘空间不足：最多需要 { $needed }，可用 { $free }。
load-previewed = 没有导入任何内容。要导入，关闭`仅预览`再运行一次命令。

load-undo = 撤销导入
load-undo-rest = 撤销其余部分
load-undo-question = **撤销导入 #{ $load }？** { $name }
    这会移除其中的 { $articles } 篇文章和 { $comments } 条评论，并恢复它改动过的内容。
load-undoing = **正在撤销导入 #{ $load }**
load-removing = 正在移除 { $articles } 篇文章和 { $comments } 条评论。
load-undone = **导入 #{ $load } 已撤销**
load-removed = 已移除 { $articles } 篇文章和 { $comments } 条评论。
load-restored = 已恢复 { $count } 项内容的早先版本。
load-undone-by = 由 { $who } 撤销

load-list = **导入记录**，最新的在前
load-none = 还没有导入。用 { $command } 添加文章和评论。
load-open = 打开导入报告…
load-state = { $state ->
    [done] 已导入
    [cancelled] 已取消
    [paused] 已暂停
    [failed] 失败
    [undone] 已撤销
    [undoing] 撤销了一部分
   *[running] 正在导入
}
answer-not-for = **没有找到关于{ $words }的答案。**
load-own-archive = **本服务器的资料库**
load-own-empty = 这里还没有内容。用 { $command } 添加文章和评论。
load-shared-archive = **共享资料库**，由机器人运营者提供
load-shared-empty = 这里还没有内容。只有运营者可以添加。
load-sources = { $count } 个来源
load-loads = { $count } 次导入
load-help =
    ### 导入
    { -accepted-files }用 { $load } 直接附上文件；文件较大时，用`路径`选项填写运营者投放文件夹里的文件名。
    {"**"}选项**可以缩小范围：`版块`、`起始日期`、`截止日期`和`最低得分`。18+ 内容默认略过，除非打开`含成人内容`。`仅预览`会显示将导入什么。
    {"**"}导入过程中**可以暂停或取消。重启后会自动继续。无法读取的行会连同原因列在一个文件里，其余内容照常导入。再次导入同一个转储文件，只会添加新内容。
    {"**"}导入之后**可用 { $undo } 移除那次导入添加的全部内容。
    -# 要从本服务器的资料库清除某个人的文章和评论，用 { $forget }。

load-problem-interrupted = 这次导入进行时 Newsdesk 停止了。恢复导入即可从中断处继续。
load-problem-lost = 这次导入进行时 Newsdesk 停止了。已导入的内容会保留，你可以撤销。
load-problem-crashed = 这次导入在同一处崩溃了三次，因此不再自动继续。已导入的内容会保留。要再试一次，请恢复导入 #{ $load }；也可以撤销它。
load-problem-damaged = { $where } 已损坏或不完整。换成完整的文件，再恢复导入 #{ $load }。
load-problem-disk = 无法读完 { $where }：{ $problem }。检查磁盘，再恢复导入 #{ $load }。
load-problem-stalled = 在 { $where } 附近，一分钟内没有读出任何内容，因此导入已停止。已导入的内容会保留。去掉文件中的这一部分，再恢复导入 #{ $load }。
load-problem-unreadable = 无法读完该文件：{ $problem }。
load-problem-fault = Newsdesk 出了点问题（{ $fault }）。详情见运营者的日志。

## Rejected input: what is wrong with a file or line of a dump, and what to do

-accepted-files = Newsdesk 可读取文章页面、已保存的网页（HTML、MHTML、WARC）、订阅源（RSS、Atom）、Reddit 转储文件、Hacker News、Lemmy 和 Discourse 的讨论，以及 CSV 或 JSON 格式的文章和评论，可为原样或 .zip、.tar、.gz、.xz、.zst 格式。
accepted-files = { -accepted-files }

rejected-empty = 这个文件是空的。
rejected-file-kind = { $kind ->
    [office] 这是办公文档或电子书。{ -accepted-files }
    [pdf] 这是 PDF。{ -accepted-files }
    [picture] 这是图片。{ -accepted-files }
    [media] 这是音频或视频。{ -accepted-files }
    [database] 这是 SQLite 数据库。请把其中的表导出为 CSV。
    [parquet] 这是 Parquet 表格。请导出为 CSV 或 JSON Lines。
    [seven-zip] 这是 7-Zip 压缩包。{ -accepted-files }
    [rar] 这是 RAR 压缩包。{ -accepted-files }
    [program] 这是程序。{ -accepted-files }
    [spreadsheet] 这是电子表格。请另存为 CSV。
    [dataset] 这是二进制形式的表格（Arrow、Avro、HDF5 或 NumPy）。请导出为 CSV 或 JSON Lines。
    [pickle] 这是 Python pickle。请把内容导出为 CSV 或 JSON Lines。
    [sql] 这是数据库转储 (SQL)。请把其中的表导出为 CSV。
    [yaml] 这是 YAML。请转换为 JSON Lines。
    [compressed] 这是 Newsdesk 无法读取的压缩方式。请压缩为 .gz 或 .zst。
    [encrypted] 这个文件已加密。请先解密。
    [lfs] 这个文件只指向真正的文件 (Git LFS)。请用“git lfs pull”获取。
    [torrent] 这是种子文件。请导入它下载的文件。
    [email] 这是电子邮件。{ -accepted-files }
    [javascript] 这是 JavaScript。请去掉其中 JSON 前后的内容。
    [python] 这是 Python，不是 JSON。请用 json.dump 写出。
   *[binary] 这是二进制数据。{ -accepted-files }
}
rejected-xml = 这是 XML，但既不是网页也不是订阅源（RSS、Atom）。{ -accepted-files }
rejected-html-extra = 读取已保存的网页、WARC 归档和订阅源（RSS、Atom）需要额外的程序库，这里没有安装。运营者可以用“pip install 'newsdesk[html]'”安装。
rejected-html-no-article = 这个网页上没有文章，只有菜单、链接，或者什么都没有。正文后来才加载的网页，需要从浏览器中保存。
rejected-html-tags = 这个文件的 HTML 标签超过 { $count } 个，对一个页面来说太多了。
rejected-html-elements = 这个网页的元素超过 { $count } 个，对一篇文章来说太多了。
rejected-html-depth = 这个网页的元素嵌套超过 { $depth } 层，更深的内容无法读取。
rejected-empty-feed = 这个订阅源里没有条目。
rejected-cut-feed = 这个订阅源在结尾之前中断。请重新获取文件。
rejected-warc-others = 这个归档中另有 { $count } 个服务器响应不是网页（图片、脚本、错误），已跳过。
rejected-warc-no-pages = 这个归档（WARC）里没有网页。
rejected-warc-damaged = 这个网页归档（WARC）在这里损坏了。此处之前的内容都已读取。
rejected-warc-encoding = 这个网页的压缩方式 Newsdesk 无法读取（{ $encoding }）。
rejected-binary-text = 这个文件里有二进制数据。{ -accepted-files }
rejected-parquet = 这是 Parquet 表格，列为 { $columns }。请导出为 CSV 或 JSON Lines。
rejected-table = 这是表格，列为 { $columns }。要导入文章，请把列命名为“title”和“text”；要导入评论，请命名为“id”、“link_id”和“body”。
rejected-empty-table = 这个表格只有列名（{ $columns }），没有任何行。
rejected-not-a-page = 这不是文章页面：标题下没有“Authored by … and submitted by …”，也没有带名字和时间的评论。{ -accepted-files }
rejected-index = 这是列出多篇文章的首页或索引页，不是单篇文章的页面。改为导入各篇文章的页面。
rejected-several-pages = 从这里开始是另一个页面。把每个页面存成单独的文件。
rejected-no-title = 这个页面没有标题。
rejected-long-title = 这一行太长，不会是标题。{ -accepted-files }
rejected-too-many-lines = 这个文件超过 { $count } 行，对文章页面来说太多。
rejected-large-page = 这个文件超过 { $megabytes } MB，对文章页面来说太大。{ -accepted-files }

rejected-not-json = 这个文件不是有效的 JSON：错误位于“{ $problem }”处。
rejected-not-json-line = 这一行不是有效的 JSON：错误位于“{ $problem }”处。
rejected-cut-json = JSON 在这里的一条记录中间中断了。请重新获取这个文件。
rejected-nested-json = 此 JSON 嵌套过深，或其中的数字过长，无法读取。
rejected-not-an-export = 此行不属于此版本 Newsdesk 可读取的导出。
rejected-wiped = 此处有 { $count } 个零字节而不是文本，部分记录已丢失。前后完整的记录均已读取。请重新获取这个文件。
rejected-many-bad = 这里有超过 { $count } 条记录不是 Reddit 评论或帖子。其余内容未读取。
rejected-not-a-record = 这是 JSON，但不是 Reddit 评论（含 body 和 link_id），也不是帖子或文章（含 title）。
rejected-bad-record = 这不是有效的 Reddit 评论或帖子：字段“{ $problem }”缺失或有误。
rejected-number-id = 字段“{ $field }”是数字 { $number }，可能对应两个不同的 ID。请按 Reddit 的写法将 ID 导出为文本。
rejected-other-json = 这个 JSON 里没有 Reddit 评论（含 body 和 link_id），也没有帖子或文章（含 title）。{ -accepted-files }
rejected-not-a-listing = 这个文件里没有文章，也没有评论。如果它来自 API，请放宽搜索条件，重新保存结果。
rejected-large-listing = 这份列表有 { $megabytes } MB，太大，无法一次读取。改为导入 JSON lines 格式的转储文件。
rejected-long-line = 这一行长达 { $megabytes } MB。最长的 Reddit 记录约为 1 MB。
rejected-bad-id = “{ $id }”不是 Reddit ID。
rejected-redacted = 详情已移除，因为其中可能有已被清除的作者。
rejected-untitled = 这个帖子没有标题。
rejected-untitled-article = 这篇文章没有标题。
rejected-row-width = 这一行有 { $fields } 个字段，但表格有 { $columns } 列。
rejected-quotes = 这 { $count } 行里的引号不成对。
rejected-lone-comment = 这条评论没有注明所属的帖子（link_id 或 permalink）。
rejected-no-record = 这里既没有标题也没有正文。
rejected-bad-forum-id = “{ $id }”不是帖子的编号或地址。
rejected-forum-orphan = 这条评论没有说明属于哪个讨论。
rejected-forum-site = 这份 Discourse 论坛数据没有显示来自哪个网站。请改为加载从 /t/123.json 这类地址保存的主题。
rejected-not-a-forum-record = 这条记录夹在论坛内容中，但不是帖子或评论。
rejected-bad-time = “{ $time }”不是有效的时间。
rejected-impossible-time = 时间 { $time } 早于 Reddit 诞生，或晚于本世纪。

rejected-missing = 这个文件不存在。
rejected-zst-window = 解压这个 .zst 文件需要超过 { $megabytes } MB 内存。机器内存足够的话，把 NEWSDESK_ZST_WINDOW_MB 设为 2048；也可以不用“--long”重新压缩。
rejected-unreadable-file = 无法打开这个文件：{ $problem }。
rejected-unreadable-folder = 无法打开这个文件夹：{ $problem }。
rejected-read-error = 无法读完这个文件：{ $problem }。
rejected-empty-folder = 这个文件夹里没有文件。{ -accepted-files }
rejected-link = 这是指向别处的链接。Newsdesk 不会跟随链接。
rejected-device = 这是设备或管道，不是文件。
rejected-special = 这是设备或稀疏文件，不是普通文件。
rejected-empty-archive = 这个压缩包里没有文件。{ -accepted-files }
rejected-empty-zip = 这个文件像 .zip 一样以“PK”开头，但里面没有文件。{ -accepted-files }
rejected-encrypted = 这个文件已加密。解压后，以不带密码的形式导入。
rejected-method = 这个文件的压缩方式 Newsdesk 无法读取（zip 方法 { $method }）。换一种方式压缩。
rejected-fault = Newsdesk 出了点问题，因此跳过了这个文件。详情见运营者的日志。
rejected-damaged = 压缩包在此处损坏或不完整。此前的内容已全部读取。
rejected-bad-header = 压缩包在此处损坏：有一个文件头大得异常。
rejected-too-deep = 压缩包嵌套超过 { $depth } 层。先解开外层。
rejected-inner-zip = 压缩包里的 .zip 最大 { $megabytes } MB。单独导入它。
rejected-too-many-members = 这个压缩包里的文件太多。拆分它，或解压到文件夹。
rejected-too-many-files = 文件超过 { $count } 个。其余的没有读取。
rejected-unpacked = 解压后超过 { $megabytes } MB。其余的没有读取。
rejected-bomb = 解压后超过原大小的 { $ratio } 倍，真正的转储文件不会这样。其余的没有读取。
rejected-rest = 这个压缩包的其余部分没有读取。

rejected-unnamed = 这个讨论串既没有标题，也没有 ID。
rejected-bad-key = “{ $key }”不是帖子或评论的 ID。
rejected-half-character = 文本里有半个字符（孤立的代理项）。
rejected-value = 其中一个值太大，资料库存不下。

## The local page: "newsdesk try" shows the bot on a simulated Discord

try-welcome =
    Newsdesk 正在模拟的 Discord 上运行，带有一个示例资料库。不需要令牌，也不需要网络。

      { $url }

    在浏览器里打开这个页面，在消息框里输入：
      /search，再输入几个词，例如 { $query }
      /ask，再输入一个问题，例如：{ $question }
      /article random，再试试各个按钮。“讨论”会创建一个子区，在里面提及 Newsdesk 即可提问。
      /archive load，再附上你自己的转储文件。“Viewing as”可切换到不能导入的普通成员。
try-greeting =
    Newsdesk 是一个可搜索的资料库，收录新闻文章和相关讨论。这里共有{ $size }，内容全属虚构。
    {"**"}可以试试**
    { $search }，搜索 `{ $query }`
    { $ask }，提问 `{ $question }`
    { $random }，再点击文章下方的按钮
    { $load }，导入你自己的文件
    { $help }，查看其他功能
try-kept = 按 Ctrl-C 停止。资料库保存在 { $data }。
try-not-kept = 按 Ctrl-C 停止。不会保存任何内容。
sample-name = 示例资料库
try-server = 阅览室
try-topic = 输入 / 看看 Newsdesk 能做什么
try-moderator = Mira（版主）
try-member = Tomas（成员）

## Answers

answer-article-says = 文章说：“{ $quote }”
answer-headline-says = 标题说：“{ $quote }”
answer-commenter-says = 一位评论者说：“{ $quote }”
answer-article-differs = 另一篇文章说法不同：“{ $quote }”
answer-headline-differs = 另一个标题说法不同：“{ $quote }”
answer-commenter-differs = 一位评论者说法不同：“{ $quote }”
answer-also-in = 另见于 { $titles }
answer-for = **支持的证据**
answer-against = **反对的证据**
answer-none-against = 没有找到反对的证据
answer-none-for = 没有找到支持的证据
answer-both-sides = 双方说法都已引用，由你判断
answer-undecided = **没有明确的是或否。** 最接近的段落：
answer-latest = **最新的在前**
answer-opinions = **{ $count } 条评论里大家怎么说**
answer-opinion = **{ $opinion } · { $total } 人中的 { $count } 人**
answer-quoted = 逐字引用
answer-not-said = { $articles ->
    [0] **资料库里没有答案。**
    [1] **这篇文章及其评论没有提到。**
   *[other] **这些文章及其评论没有提到。**
}
answer-not-clear = **没有找到明确的答案。**
answer-no-mention = 没有提到{ $words }。
answer-closest = 最接近的段落：
answer-closest-language = 最接近的段落（与问题的语言不同）：
answer-closest-lacks = 最接近的段落没有提到{ $words }：
answer-closest-fact = { $type ->
    [who] 最接近的段落没有说是谁：
    [when] 最接近的段落没有说是什么时候：
    [where] 最接近的段落没有说是哪里：
    [count] 最接近的段落没有说是多少：
   *[why] 最接近的段落没有说为什么：
}
answer-not-together = 找到的段落中，没有一段同时提到{ $words }。
answer-no-question = 这看起来不像问题。问点资料库里的事，例如：关于市场的投票是什么时候？
answer-asked-by = -# “{ $question }”，由 { $who } 提问
answer-asked-as = 理解为：{ $question }
answer-related = 相关内容
answer-why = 为什么这样答？
answer-ask-more = 继续提问
answer-ask-everything = 问整个资料库
answer-show = 返回答案

answer-why-heading = ### 为什么这样答：{ $question }
answer-words-found = **找到：** { $words }
answer-words-missing = **未找到：** { $words }
answer-wanted = { $type ->
    [who] 你问的是谁，所以含人名的段落优先。
    [when] 你问的是何时，所以含日期和时间的段落优先。
    [where] 你问的是何地，所以含地点的段落优先。
    [count] 你问的是数量，所以含数字的段落优先。
    [why] 你问的是原因，所以含理由的段落优先。
    [yesno] 你问的是某事是否属实，所以列出支持和反对的证据。
    [latest] 你问的是最新情况，所以最新的段落在前。
    [opinion] 你问的是看法，所以只看评论。
   *[other] 与你的问题最接近的段落优先。
}
answer-confidence = 资料库能回答这个问题的把握：{ $confidence }（至少需要 { $minimum }）
answer-passages = **考虑过的段落，最好的在前**
answer-considered = 选自 { $articles } 篇文章和 { $comments } 条评论

answer-ask-title = { $articles ->
    [0] 向资料库提问
    [1] 就这篇文章提问
   *[other] 就这些文章提问
}
answer-ask-label = 你的问题
answer-ask-example = 谁投了反对票？

ask-after-mention = 在提及之后写下问题：{ $me } 关于市场的投票是什么时候？回复 Newsdesk 的消息，可就其中的文章提问。
ask-mention-bot = Newsdesk 只读取提及它的消息。加上 { $me } 再问一次，或在回复时保留提及。
ask-mention-bot-not-role = 你提及的是身份组，而 Newsdesk 只读取提及机器人的消息。加上 { $me } 再问一次。
ask-mentions-off = 本服务器暂不回答提及。{ $ask } 会私下回答你；版主可以在 { $settings } 中开启提及。

## Language model

llm-written = 由 { $model } 根据这些引文写成，每句都与引文核对过
llm-written-in-part = 由 { $model } 根据这些引文写成，每句都与引文核对过（略去 { $dropped } 句没有依据的话）
llm-server-budget = 逐字引用：本服务器今天的语言模型 token 已用完
llm-member-budget = 逐字引用：你今天的语言模型 token 已用完
llm-unreachable = 逐字引用：语言模型没有及时回应
llm-unusable = 逐字引用：语言模型的回答无法使用
llm-unproven = 逐字引用：语言模型写的内容大多没有引文依据
llm-repeated = 逐字引用：语言模型只是重复了标题或某条引文
about-llm = 语言模型（{ $model }）可以把找到的内容写得更短。它只得到问题和引文，不会得到评论者的名字。它写的每句话都会与引文核对：有依据的与引文一起显示，没有依据的略去。用到它时，卡片上会注明。
llm-spent = 今天这里用掉的 token：{ $spent } / { $limit }。{ $until }重置。
llm-spent-by-member = 今天这里用掉的 token：{ $spent } / { $limit }，其中你用了：{ $own } / { $own_limit }。{ $until }重置。

## Status: of the bot, its loads, posts and machine

status-heading = 状态
# $since is a time.
status-bot = { $state ->
    [connected] 已连接 Discord，自 { $since } 起运行。
    [disconnected] 未连接 Discord，自 { $since } 起运行。
    [stuck] 机器人没有响应。请重新启动。
   *[stopped] 机器人没有运行。
}
status-processes = 进程：{ $count }，共 { $shards } 个分片，运行中 { $running } 个
status-waiting = 等待发送的消息：{ $count }
status-disk = 磁盘：可用 { $free }，共 { $total }；资料库占用 { $used }。
status-model = { $state ->
    [unreachable] 语言模型：{ $model }，位于 { $host }，无法连接
   *[working] 语言模型：{ $model }，位于 { $host }
}
status-no-model = 语言模型：无
status-backup = 上次备份：{ $time }
status-no-backup = 上次备份：从未
status-troubles = 需要处理
status-trouble = { $text }（自 { $since } 起）
status-loads = 最近的导入
status-no-loads = 还没有导入。
status-load = { $load }. { $name } · { $state } · { $time }
status-digests = 接下来的简报
status-no-digests = 没有定时简报。
status-digest = 简报 { $number } · { $channel } · { $time }
status-failures = 过去 24 小时内失败：{ $count }
# $reason is such as: the channel was deleted
status-failure = { $kind ->
    [digest] 简报 { $number }
    [notice] 关注的通知
   *[edit] 已发布消息的编辑
} · { $channel } · { $time } · { $reason }
trouble-loader = 一次导入意外中止。在日志中查看原因，然后恢复导入。
trouble-disk = 数据文件夹所在的磁盘快满了。请腾出空间，否则导入和发布会停止。
trouble-database = 数据库 { $file } 已损坏。停止机器人，运行“newsdesk check”并按提示处理。
trouble-posts = 有些消息发布失败。运行“newsdesk status”查看是哪些以及原因。
trouble-model = 无法连接语言模型 { $model }，因此只显示引文。检查设置 LLM_BASE_URL 和 LLM_API_KEY，以及模型的服务器。
# $reason is a whole sentence.
trouble-backup = 上次备份失败：{ $reason } 解决后运行“newsdesk backup”。
trouble-token = Discord 拒绝了 DISCORD_TOKEN。从开发者门户重新复制，然后重新启动机器人。
# $text is one of the sentences above, for the operator.
alert = Newsdesk 需要处理。{ $text }

## Help

help-heading = ### 你在这里能做什么
help-group-read = **阅读**
help-group-ask = **提问与关注**
help-group-moderators = **版主专用**
help-more = -# 在 { $help } 中选一个主题，深入了解搜索、提问、关注或导入。
help-apps = APP > { $name }
welcome =
    Newsdesk 是一个可搜索的资料库，收录新闻文章和相关讨论。
    试试 { $search } 或 { $ask }。版主用 { $load } 添加文章。其他功能见 { $help }。
welcome-no-channel = Newsdesk 还不能在 { $server } 的任何频道发布。请在需要它发布的频道授予“查看频道”和“发送消息”权限。
welcome-sample = {"**"}{ $sample }**会添加一个虚构的小资料库供试用。用导入报告上的“撤销”即可移除。
welcome-sample-direct = {"**"}{ $sample }**会为 { $server } 添加一个虚构的小资料库供试用。
welcome-in-server = 在服务器里，{ $settings } 打开设置，{ $create } 创建第一份简报。
welcome-button-sample = 导入示例
welcome-button-settings = 设置
welcome-button-digest = 创建第一份简报…
welcome-button-check = 检查权限
about = Newsdesk 是一个可搜索的资料库，收录新闻文章和相关讨论。它的回答、摘要和评论综述都是逐字引用的原文。
about-without-model = 它不使用任何 AI 服务，全部工作都在运行它的机器上完成。
about-archive = 资料库共有{ $size }。
about-questions = 在这里提过 { $asked } 个问题，答出 { $answered } 个。
about-privacy = -# Newsdesk 只读取提及它、回复它或私信给它的消息，以及你通过 APP 菜单打开的消息。{ $questions ->
    [stored] 运营者会保存问题，但不记名字。
   *[counted] 问题只计数，不保存。
}较长的搜索会不记名保存，让按钮一直可用。为了 /catchup，Newsdesk 会记住你上次在每个服务器使用它的时间。
ask-help =
    ### 提问
    { $ask } 用资料库里的原文逐字回答，每条引文都附来源和日期。资料库里没有答案时，会如实告诉你。
    用英语提问时，问法也有作用：
    `who`、`when`、`where`、`how many` 把事实放在最前面
    `is it true that…` 显示支持和反对的证据
    `what do people think of…` 统计并引用评论者的看法
    `latest on…` 把最新的放在前面
    {"**"}选项**可以缩小范围：`文章`、`来源`、`起始日期`和`截止日期`。
    {"**"}不用命令**也行：在版主允许的频道里提及 Newsdesk 并提问；回复它的消息并保留提及（问同样的文章）；或直接私信它（问运营者的共享资料库）。在文章上点击**提问**，或在任意消息的 APP 菜单里选择**就此提问**。**讨论**会为文章创建子区。
    -# Newsdesk 无法读取没有提及它的消息。每分钟的提问次数有限制。
