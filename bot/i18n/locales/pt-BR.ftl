# Glossary
#
# article = notícia
# thread (an article with its comments) = discussão
# comment = comentário
# comment digest = panorama dos comentários
# digest (the scheduled post) = boletim; one run of it = edição
# post = publicação (in a forum: post)
# archive = acervo; archive (.zip and others) = arquivo compactado
# load = carga, carregar
# dump = dump
# receipt = relatório
# undo = desfazer
# follow = alerta; to follow = seguir
# notice = aviso
# catch-up = novidades
# source, site = fonte, site
# author = autor; commenter = pessoa, quem comentou (in place of a name: Comentarista A)
# moderator, moderators = moderador, a moderação
# member = membro
# server = servidor
# channel = canal
# forum = fórum
# thread (Discord's) = tópico
# role = cargo
# permission = permissão: Ver canal, Enviar mensagens, Enviar mensagens em tópicos, Criar posts, Criar tópicos
#     públicos, Ver histórico de mensagens, Gerenciar servidor, Gerenciar tópicos
# age-restricted = com restrição de idade
# direct message, DM = mensagem direta
# button = botão
# message = mensagem
# settings = configurações
# mention = menção, mencionar
# slash command = comando de barra
# quote = citação, trecho citado
# passage, excerpt = trecho
# summary = resumo
# headline = manchete; title = título
# score, points = pontuação, pontos
# rejected = rejeitado
# skipped, left out = ignorado, de fora
# topic = assunto
# operator = quem opera o bot
# 18+ = 18+

## Commands, their options and choices: names (32 characters, lower case) and descriptions (at most 100)

command-article = Leia e publique notícias
    .name = notícia
command-article-post = Publique uma notícia para todo mundo ver
    .name = publicar
command-article-random = Veja uma notícia qualquer
    .name = aleatória
command-article-related = Encontre notícias relacionadas a outra
    .name = relacionadas
command-article-show = Veja uma notícia em poucas linhas
    .name = mostrar
command-article-timeline = Ver como um fato foi noticiado e suas discussões
    .name = cronologia
command-article-summary = Leia o resumo de uma notícia
    .name = resumo
option-title = Parte do título; escolha na lista
    .name = título
option-length = Tamanho do resumo
    .name = tamanho
choice-length-short = Curto (3 frases)
choice-length-medium = Médio (6 frases)
choice-length-long = Longo (12 frases)
option-channel-to-post = Onde publicar (padrão: aqui)
option-thread = Abrir também um tópico para ela
    .name = tópico
command-catchup = Veja o que chegou desde a sua última visita
    .name = novidades
command-comments = Leia o que dizem sobre uma notícia
    .name = comentários
command-comments-digest = Veja o que dizem sobre uma notícia
    .name = panorama
command-comments-list = Leia os comentários de uma notícia
    .name = lista
option-sort = Como ordenar os comentários
    .name = ordem
option-hide-bots = Deixa de fora comentários de bots
    .name = sem-bots
option-one-thread = Só esta discussão, não a notícia inteira
    .name = só-esta-discussão
command-digest = Programe publicações do acervo
    .name = boletim
command-digest-create = Programe um boletim; veja antes a prévia
    .name = criar
command-digest-delete = Exclua um boletim; o que ele publicou fica
    .name = excluir
command-digest-edit = Altere um boletim; veja antes a prévia
    .name = editar
command-digest-history = Veja as últimas edições de um boletim, com links
    .name = histórico
command-digest-list = Veja os boletins deste servidor
    .name = lista
command-digest-pause = Pause um boletim até você retomar
    .name = pausar
command-digest-resume = Retome um boletim pausado
    .name = retomar
command-digest-run = Publique um boletim agora, fora da programação
    .name = publicar
command-digest-show = Veja as configurações e a situação do boletim
    .name = mostrar
command-digest-why = Veja por que notícias saíram ou ficaram de fora
    .name = motivo
option-digest = Qual boletim
    .name = boletim
option-when = Com que frequência publicar
    .name = quando
option-what = O que publicar
    .name = conteúdo
option-query-of-digest = Palavras, ou uma fonte ou um subreddit
option-channel-of-digest = Onde (padrão: o canal de boletins, ou aqui)
option-at = Hora local, como 8:30 (padrão: 08:00)
    .name = hora
option-at-of-post = Hora da edição, como 2024-03-12 08:00
option-day = Semanal: segunda a domingo. Mensal: 1 a 31
    .name = dia
option-cron = Cinco campos de cron, como 30 8 * * 1-5
    .name = cron
option-zone-of-digest = Como America/Sao_Paulo (padrão: o do servidor)
option-count = Máximo de notícias (padrão: 5)
    .name = quantidade
option-style = Quanto mostrar de cada notícia
    .name = formato
option-days = Para as mais comentadas: últimos N dias (0: todos)
    .name = dias
option-late = Horas de atraso permitidas (0: nenhuma)
    .name = atraso
option-skip-empty = Não publicar quando não houver novidades
    .name = pular-vazios
option-quiet = Horas sem publicações: 22:00-7:00, ou off
    .name = silêncio
option-thread-on-digest = Abrir um tópico em cada publicação
option-tag = Em um fórum: a tag de cada post
    .name = tag
option-article = Por que esta notícia saiu ou ficou de fora
    .name = notícia
option-topic = Palavras a buscar
    .name = assunto
choice-daily = todos os dias
choice-weekdays = de segunda a sexta
choice-weekly = uma vez por semana
choice-monthly = uma vez por mês
choice-cron = cron (para especialistas)
choice-newest = novas desde o último boletim
choice-on-this-day = neste dia em outros anos
choice-most-discussed = mais comentadas
choice-search = mais recentes de uma busca
choice-source = mais recentes de uma fonte
choice-subreddit = mais recentes de um subreddit
choice-random = uma seleção ao acaso
choice-headlines = manchetes
choice-summaries = resumos
choice-comment-digests = o que dizem
command-follow = Receba avisos de notícias e comentários novos
    .name = seguir
command-follow-add = Siga uma busca, para você ou para um canal
    .name = adicionar
command-follow-digest = Receba um boletim por mensagem direta, quando quiser
    .name = boletim
option-channel = Avisar este canal em vez de você
    .name = canal
command-follow-list = Veja, silencie ou remova alertas
    .name = lista
command-follow-remove = Pare de seguir algo
    .name = remover
option-follow = Qual alerta remover
    .name = alerta
command-privacy = Ver o que está guardado sobre você ou pedir para ser esquecido
    .name = privacidade
command-privacy-mine = Ver o que está guardado sobre você e excluir
    .name = meus-dados
command-privacy-policy = Ler a política de privacidade deste bot
    .name = política
command-privacy-request = Pedir para ser esquecido como autor
    .name = pedido
option-author-to-request = O nome com que você escreveu, como no acervo
option-note = Algo que ajude a conferir que é você
    .name = nota
command-archive-forget = Apague de vez as palavras e o nome de alguém
    .name = esquecer
option-author-to-forget = O nome, como aparece no acervo
command-archive = Carregue notícias no acervo deste servidor
    .name = acervo
command-archive-load = Carregue notícias e comentários de um arquivo
    .name = carregar
command-archive-loads = Veja as cargas recentes e seus relatórios
    .name = cargas
command-archive-stats = Veja o que há no acervo deste servidor
    .name = números
command-archive-undo = Desfaça uma carga
    .name = desfazer
command-archive-export = Exportar uma discussão, uma busca ou o acervo
    .name = exportar
option-format = Markdown para ler, CSV para planilhas, NDJSON para carregar de novo
    .name = formato
choice-export-markdown = Markdown, para ler
choice-export-csv = CSV, para planilhas
choice-export-ndjson = NDJSON, para carregar de novo
option-title-to-export = Exportar esta discussão
option-query-to-export = Exportar as discussões desta busca
command-archive-requests = Decidir sobre pedidos de esquecimento
    .name = pedidos
command-audit = Ver quem carregou, desfez ou mudou o quê
    .name = registro
option-about = Só este tipo de ação
    .name = tipo
choice-audit-loads = cargas e exportações
choice-audit-privacy = autores esquecidos e exclusões
choice-audit-settings = configurações
choice-audit-digests = boletins e alertas
option-dry-run = Só mostrar o que seria carregado
    .name = simular
option-file = Página .txt ou dump do Reddit, compactados ou não
    .name = arquivo
option-load = A carga; escolha na lista
    .name = carga
option-min-score = Só com pelo menos esta pontuação
    .name = pontos-mínimos
option-over-18 = Incluir conteúdo 18+ (padrão: fica de fora)
    .name = maiores-de-18
option-path = Em vez do arquivo: um nome na pasta de entrada
    .name = caminho
option-subreddit = Só estes subreddits, separados por vírgulas
    .name = subreddit
command-about = Veja o que é o Newsdesk e o que ele guarda
    .name = sobre
command-ask = Receba uma resposta com citações do acervo
    .name = perguntar
option-question = Sua pergunta, com as suas palavras
    .name = pergunta
option-article-to-ask = Só sobre esta notícia; escolha na lista
menu-ask = Perguntar sobre isto
menu-ask-help = Pergunte sobre as notícias da mensagem
command-help = Veja o que dá para fazer aqui
    .name = ajuda
option-topic-of-help = Saiba mais sobre um assunto
choice-help-search = buscar
choice-help-asking = perguntar
choice-help-following = seguir
choice-help-loading = carregar
command-news = Receba um boletim sobre um assunto, só para você
    .name = notícias
command-search = Busque notícias e seus comentários
    .name = buscar
menu-find = Encontrar no acervo
menu-find-help = Procure os links e a manchete da mensagem
command-browse = Explore notícias por fonte, subreddit, dia ou flair
    .name = explorar
option-by = Por que critério (padrão: mais recentes)
    .name = por
option-value = Uma fonte, um subreddit, flair, dia ou mês
    .name = valor
option-stats-by = Conte as discussões por mês, fonte ou subreddit
command-trend = Veja a frequência de palavras ou de uma fonte no tempo
    .name = tendência
choice-browse-newest = mais recentes
choice-browse-source = fonte
choice-browse-subreddit = subreddit
choice-browse-flair = flair
choice-browse-day = dia
choice-browse-month = mês
command-searches = Salve buscas e repita-as
    .name = buscas
command-searches-save = Salve uma busca com um nome
    .name = salvar
command-searches-list = Suas buscas salvas e as compartilhadas aqui
    .name = lista
command-searches-run = Repita uma busca salva
    .name = repetir
command-searches-delete = Apague uma busca salva
    .name = apagar
option-name = O nome da busca
    .name = nome
option-shared = Todo o servidor pode usá-la (padrão: não)
    .name = compartilhada
option-query = Palavras, "uma frase", -sem, a OR b, começo*
    .name = busca
option-in = Onde procurar (padrão: nos dois)
    .name = onde
option-source = Só notícias deste site
    .name = fonte
option-author = Só notícias ou comentários desta pessoa
    .name = autor
option-after = A partir de: 2024, 2024-03 ou 2024-03-12
    .name = desde
option-before = Antes de: 2024, 2024-03 ou 2024-03-12
    .name = antes
option-search-title = Só discussões com estas palavras na manchete
option-search-subreddit = Só este subreddit
option-flair = Só notícias com este flair
    .name = flair
option-min-comments = Só discussões com pelo menos estes comentários
    .name = comentários-mínimos
option-order = Como ordenar (padrão: mais relevantes primeiro)
    .name = ordem
choice-best-first = mais relevantes primeiro
choice-newest-first = mais recentes primeiro
choice-highest-first = maior pontuação primeiro
choice-articles = notícias
choice-comments = comentários
choice-articles-and-comments = notícias e comentários
command-settings = Veja e altere as configurações deste servidor
    .name = configurações
command-status = Veja as cargas, os próximos boletins e os problemas
    .name = situação
option-zone = Fuso horário dos boletins, como America/Sao_Paulo
    .name = fuso
option-follows-a-day = Máximo de mensagens de alertas por dia e lugar
    .name = alertas-por-dia
option-language = Idioma das publicações que todo mundo vê
    .name = idioma
choice-server-language = O mesmo do servidor
option-file-to-import = Arquivo de Exportar; você vê as mudanças antes

## Shared by many cards

fault = Algo deu errado do nosso lado. Referência para quem opera o bot: { $reference }
button-article = Notícia
button-ask = Perguntar
button-comments = Comentários
button-cancel = Cancelar
button-keep = Deixar como está
button-follow = Seguir
button-save = Salvar
button-pause = Pausar
button-resume = Retomar
button-share = Compartilhar
button-timeline = Cronologia
button-undo = Desfazer
button-what-people-say = O que dizem
select-open = Abrir…
quoted = “{ $text }”
shared-by = -# Compartilhado por { $who }
posted-by = -# Publicado por { $who }
articles = { $count ->
    [1] 1 notícia
    [many] { $count } de notícias
   *[other] { $count } notícias
}
threads = { $count ->
    [1] 1 discussão
    [many] { $count } de discussões
   *[other] { $count } discussões
}
comments = { $count ->
    [1] 1 comentário
    [many] { $count } de comentários
   *[other] { $count } comentários
}
comments-of-known = { $count } de cerca de { $known } comentários
points = { $count ->
    [1] 1 ponto
    [many] { $count } de pontos
   *[other] { $count } pontos
}
page-of = página { $page } de { $count }
items-shown = { $range } de { $total }
items-shown-of-more = { $range } de mais de { $total }
archive-size-years = { $threads }, de { $first } a { $last }
archive-size-year = { $threads }, { $first }

archive-empty = Ainda não há notícias aqui. A moderação pode adicionar com { $load }.
archive-empty-shared = Ainda não há notícias aqui. Nas mensagens diretas, a busca usa o acervo compartilhado de quem opera o bot; cada servidor pode ter o seu.

## Errors: what is wrong, where, and what to do

error-already-undone = A carga { $load } já foi desfeita.
error-always-quiet = Todos os horários deste boletim caem nas horas de silêncio. Mude as horas de silêncio ou permita atrasos.
error-archive-empty = Este acervo está vazio. Carregue algumas notícias primeiro.
error-asked-too-often = { $most ->
    [1] Dá para fazer 1 pergunta por minuto.
    [many] Dá para fazer { $most } de perguntas por minuto.
   *[other] Dá para fazer { $most } perguntas por minuto.
} { $seconds ->
    [1] Tente de novo em 1 segundo.
    [many] Tente de novo em { $seconds } de segundos.
   *[other] Tente de novo em { $seconds } segundos.
}
error-attachment-gone = Esse arquivo não está mais no Discord. Anexe de novo.
error-attachment-too-large = Esse arquivo tem { $size }, e o limite aqui é { $limit }. Divida o arquivo ou peça a quem opera o bot para carregá-lo.
error-backup-exists = { $file } já existe. Escolha outra pasta para o backup.
error-data-in-use = O Newsdesk está rodando com “{ $data }”. Pare-o primeiro.
error-data-locked = “{ $data }” está sendo restaurado ou atualizado. Tente de novo quando isso terminar.
error-no-room-for-upgrade = Antes da atualização é feito um backup. Ele precisa de { $needed } MB, e há { $free } MB livres. Libere espaço e inicie de novo.
error-no-room-for-backup = Um backup precisa de { $needed } MB em { $folder }, contando o espaço para testá-lo; há { $free } MB livres. Libere espaço ou escolha outra pasta.
error-no-room-for-restore = Este backup precisa de { $needed } MB, e há { $free } MB livres. Libere espaço e tente de novo.
error-not-a-backup = Não há backup em “{ $folder }”: falta corpus.db, ou é a própria pasta de dados. Escolha a pasta de um backup.
error-backup-damaged = O backup em { $folder } está danificado ({ $problem }). Nada foi alterado. Use outro.
error-backup-unsound = O novo backup em { $folder } não pôde ser restaurado ({ $problem }). Execute newsdesk check.
error-no-database-dump = Não há backup em “{ $folder }”, ou ele não é deste banco de dados. Escolha a pasta de um backup.
error-transfer-same = O acervo já está aí. Indique outro banco de dados ou outra pasta.
error-transfer-not-empty = Já há algo em { $place }. Escolha um banco de dados ou uma pasta vazia.
error-transfer-unfinished = A transferência para { $place } não terminou. Execute-a de novo a partir de onde o acervo estava.
error-transfer-outdated = O acervo mudou desde o início da transferência para { $place }. Comece de novo com um banco de dados ou uma pasta vazia.
error-transfer-differs = A cópia de { $table } é diferente: { $before } linhas lá, { $after } aqui. O acervo mudou desde o início da transferência. Comece de novo com um banco de dados ou uma pasta vazia.
error-no-pg-dump = Backups do PostgreSQL precisam de { $program }, que não está instalado aqui. Instale os programas cliente do PostgreSQL ou faça o backup do próprio servidor.
error-pg-dump-failed = { $program } falhou: { $problem }. Nada foi alterado. Resolva isso e tente de novo.
error-bad-cron = { $field ->
    [minute] O minuto de uma linha de cron vai de 0 a 59, e não “{ $value }”.
    [hour] A hora de uma linha de cron vai de 0 a 23, e não “{ $value }”.
    [monthday] O dia do mês de uma linha de cron vai de 1 a 31, e não “{ $value }”.
    [month] O mês de uma linha de cron vai de 1 a 12, ou de jan a dec, e não “{ $value }”.
    [weekday] O dia da semana de uma linha de cron vai de 0 a 7, ou de mon a sun, e não “{ $value }”.
   *[line] “{ $value }” não é uma linha de cron. Escreva cinco campos, como 30 8 * * 1-5.
}
error-bad-date = “{ $text }” não é uma data aceita. Tente 2024-03-12, 12.3.2024, 2024-03 ou 2024.
error-bad-day = “{ $text }” não é um dia. Use segunda a domingo nos boletins semanais e 1 a 31 nos mensais.
error-bad-exclusions = É coisa demais para deixar de fora. Cada lista aceita até { $most } itens de até { $longest } caracteres.
error-exclusions-too-long = É coisa demais para deixar de fora. Os itens de um mesmo campo podem somar até { $most } caracteres.
error-bad-minimum = “{ $text }” não é um mínimo. Escreva, por exemplo: score 10, comments 5.
error-bad-plan = O valor de { $field } deste boletim está fora do intervalo. Configure o boletim de novo com /digest create.
error-bad-tag-rule = “{ $text }” não é uma regra de tags. Escreva só uma tag ou uma regra como “Esporte: source bbc.co.uk”.
error-bot-may-not-ping = O Newsdesk não pode mencionar o cargo { $role } em #{ $where }. Permita que todos o mencionem ou escolha outro.
error-member-may-not-ping = Você não pode mencionar o cargo { $role } em #{ $where }. Escolha um que possa mencionar.
error-member-lacks = Você não pode configurar este boletim em #{ $where }. Lá você precisa de { $permissions }.
error-no-such-role = Esse cargo não pode ser mencionado. Escolha um cargo deste servidor que não seja @everyone.
error-not-announcements = #{ $where } não é um canal de anúncios, então nada pode ser publicado para outros canais. Desative essa opção ou escolha outro canal.
error-unknown-placeholder = { $name } não é um campo válido aqui. Os válidos são: { $known }.
error-bad-quiet = “{ $text }” não é um intervalo de horas. Tente 22:00-7:00, ou off.
error-bad-settings-file = Esse não é um arquivo de configurações do Newsdesk. Escolha um salvo com Exportar.
error-bad-time = “{ $text }” não é uma hora do dia. Tente 8:30, 20:15 ou 20h15.
error-bad-zone = “{ $text }” não é um fuso horário. Tente America/Sao_Paulo ou Europe/Lisbon.
# $operator is an operator of a search, such as score; $value is what was written after it.
error-operator-date = “{ $operator }:{ $value }” não traz uma data. Escreva { $operator }:2024-03-12, { $operator }:2024 ou { $operator }:yesterday.
error-operator-number = “{ $operator }:{ $value }” não traz um número. Escreva { $operator }:>10, { $operator }:<5 ou { $operator }:10..20.
error-operator-or-excluded = OR não pode ligar só uma palavra excluída e um operador como author:. Acrescente uma palavra para buscar.
error-operator-value = “{ $operator }:{ $value }” não indica nada. Escreva { $operator }:NOME ou { $operator }:"DUAS PALAVRAS" entre aspas.
error-query-too-complex = Essa busca combina palavras demais com OR e parênteses. Ponha menos palavras entre parênteses.
error-no-search-name = Dê um nome à busca.
error-no-such-saved-search = Não há busca salva “{ $name }”. Escolha uma da lista.
error-not-your-search = Você só pode apagar as buscas que salvou. A moderação pode apagar as compartilhadas.
error-too-many-saved = Você já tem { $most } buscas salvas aqui. Apague uma primeiro.
error-too-many-shared = Este servidor já tem { $most } buscas compartilhadas. Salve sem compartilhar ou apague uma primeiro.
error-bot-lacks = O Newsdesk não tem permissão para publicar boletins em #{ $where }. Lá ele precisa de { $permissions }.
error-bot-may-not-post = O Newsdesk não tem permissão para publicar em #{ $where }. Lá ele precisa de Ver canal e Enviar mensagens.
error-bot-may-not-thread = O Newsdesk não tem permissão para criar tópicos em #{ $where }. Lá ele precisa de Criar tópicos públicos.
error-bot-not-allowed = O Newsdesk não tem permissão para fazer isso aqui. Confira as permissões dele neste canal.
error-changed-meanwhile = Outra pessoa acabou de alterar o boletim { $schedule }. Confira e faça sua alteração de novo.
error-channel-gone = O canal do boletim { $schedule } não existe mais. Escolha outro com /digest edit.
error-channel-too-busy = { $most ->
    [1] Este canal pode fazer 1 pergunta por minuto.
    [many] Este canal pode fazer { $most } de perguntas por minuto.
   *[other] Este canal pode fazer { $most } perguntas por minuto.
} { $seconds ->
    [1] Tente de novo em 1 segundo.
    [many] Tente de novo em { $seconds } de segundos.
   *[other] Tente de novo em { $seconds } segundos.
}
error-commands-changed = Este comando mudou. Reinicie o Discord para usar a nova versão.
error-cron-too-often = { $minutes ->
    [1] Um boletim pode sair no máximo uma vez por minuto. Deixe a linha de cron menos frequente.
    [many] Um boletim pode sair no máximo a cada { $minutes } de minutos. Deixe a linha de cron menos frequente.
   *[other] Um boletim pode sair no máximo a cada { $minutes } minutos. Deixe a linha de cron menos frequente.
}
error-archive-unavailable = O acervo está indisponível no momento. Tente de novo daqui a pouco.
error-bad-database-url = DATABASE_URL não é o endereço de um banco PostgreSQL. Use algo como postgresql://user:password@host/newsdesk e escreva os caracteres especiais da senha como %40.
error-database-busy = O acervo ({ $file }) está ocupado. Tente de novo daqui a pouco.
error-database-damaged = O banco de dados { $file } está danificado. Rode “newsdesk check” para saber o que fazer.
error-database-read-only = O banco de dados { $file } é somente leitura. Confira as permissões da pasta dele.
error-database-unreachable = Não dá para abrir { $file }. Confira se a pasta existe e se o Newsdesk pode usá-la.
error-disk-error = O disco falhou enquanto { $file } estava em uso. Verifique o disco e, se for preciso, restaure um backup.
error-disk-full = O disco está cheio, e { $file } não pode crescer. Libere espaço e tente de novo.
error-no-locks = { $file } está em um sistema de arquivos sem bloqueios e pode ser danificado. Mova a pasta de dados para um disco local.
error-file-and-path = Informe um arquivo ou um caminho, não os dois.
error-follow-needs-manage = Só a moderação e quem pode gerenciar esse canal podem criar alertas para ele.
error-forget-cancelled = O autor foi esquecido só em parte. Rode o comando de novo para terminar.
error-purge-of-what = Diga o que apagar: --before, --source ou --subreddit, ou só --all para o acervo inteiro.
error-purge-cancelled = Só uma parte foi apagada. Execute o comando de novo para terminar.
error-archive-full-articles = O acervo deste servidor pode ter no máximo { $most } notícias, e esta carga passaria disso. Desfaça outra carga, carregue menos ou peça mais espaço a quem administra o bot.
error-archive-full-size = O acervo deste servidor pode ter no máximo { $most } MB de texto, e esta carga passaria disso. Desfaça outra carga, carregue menos ou peça mais espaço a quem administra o bot.
error-forum-needs-tag = Os posts em #{ $where } precisam de uma tag, e o Newsdesk não pode usar nenhuma das que existem. Crie uma que todo mundo possa usar ou dê ao Newsdesk a permissão Gerenciar tópicos.
error-load-cancelled = Cancelada antes de começar. Nada mudou.
error-load-not-running = A carga { $load } não está mais em andamento.
error-load-not-undoing = A carga { $load } não está mais sendo desfeita.
error-load-not-waiting = Essa carga não está mais na fila.
error-load-running = A carga { $load } ainda está em andamento. Cancele ou espere ela terminar.
error-load-stalled = Não deu para ler nada por um minuto perto de { $where }, então a carga foi interrompida. Remova essa parte do arquivo e tente de novo.
error-loader-busy = Já há uma carga em andamento. Tente de novo quando ela terminar.
error-loader-died = A carga parou de repente (código { $code }). O que já tinha sido guardado continua no acervo.
error-managers-only = Só quem tem a permissão Gerenciar servidor pode escolher o cargo de moderação.
error-mcp-extra-missing = O suporte a MCP não está instalado. Instale com: pip install 'newsdesk[mcp]'.
error-health-port = Não é possível abrir a porta { $port }. Defina em NEWSDESK_HEALTH_PORT uma porta livre acima de 1023.
error-member-may-not-post = Você não tem permissão para publicar em #{ $where }. Escolha outro canal.
error-member-may-not-thread = Você não tem permissão para criar tópicos em #{ $where }. Escolha outro canal.
error-model-extra-missing = Há um modelo de linguagem configurado, mas o cliente dele não está instalado. Instale com: pip install 'newsdesk[openai]'.
error-model2vec-missing = Os vetores de palavras “{ $setting }” precisam do model2vec. Instale com: pip install 'newsdesk[model2vec]'.
error-moderators-only = Só a moderação pode fazer isso aqui: quem tem a permissão Gerenciar servidor ou o cargo escolhido em /settings.
error-names-hidden = Neste servidor, quem comenta aparece como letra; por isso, não dá para buscar por nome.
error-needs-cron = Adicione uma linha de cron: cinco campos, como 30 8 * * 1-5.
error-needs-query = Adicione uma busca: palavras, uma fonte ou um subreddit.
error-never-due = Essa data nunca chega. Confira o dia e o mês.
error-newer-schema = { $file } foi criado por uma versão mais nova do Newsdesk (esquema { $found }; esta aceita { $known }). Atualize o Newsdesk.
error-newer-settings-file = Esse arquivo foi salvo por uma versão mais nova do Newsdesk (formato { $found }; esta aceita { $known }). Atualize o Newsdesk.
error-no-archive = Ainda não há acervo em “{ $data }”. Carregue algumas notícias primeiro ou escolha outra pasta com --data.
error-no-drop-folder = Não há pasta de entrada. Quem opera o bot pode definir uma com NEWSDESK_DROP.
error-no-name = Informe o nome de um autor como aparece no acervo, com até 80 caracteres.
error-no-such-article = Nenhuma notícia daqui corresponde a “{ $ref }”. Tente o número dela ou parte do título.
error-no-such-comment = O comentário { $comment } não está neste acervo.
error-no-such-delivery = A publicação { $delivery } não é deste servidor.
error-no-such-file = Não existe o arquivo nem a pasta “{ $path }”.
error-no-such-follow = O alerta { $follow } não existe aqui. Veja /follow list.
error-no-room-for-load = Este dump precisa de uns { $needed } MB de espaço em disco, e há { $free } MB livres. Libere espaço ou carregue só uma parte com filtros como `desde` ou `pontos-mínimos`.
error-no-such-load = A carga { $load } não existe neste acervo.
error-no-such-schedule = O boletim { $schedule } não existe neste servidor. Veja /digest list.
error-no-such-tag = Em #{ $where } não há uma tag “{ $text }” que o Newsdesk possa usar.
error-no-threads-there = O Newsdesk não pode criar tópicos em #{ $where }. Escolha um canal de texto ou publique sem tópico.
error-not-a-member = Você não é mais membro desse servidor.
error-not-a-message-channel = Alertas não podem publicar em um fórum. Escolha um canal de texto ou um tópico.
error-not-a-place-to-post = O Newsdesk não pode publicar lá. Escolha um canal de texto, um tópico ou um fórum.
error-not-a-posting-channel = A moderação não permite publicar com o Newsdesk em #{ $where }. Os comandos continuam respondendo em particular; a moderação pode mudar isso em /settings.
error-not-dropped = Não há nenhum arquivo “{ $name }” na pasta de entrada.
error-not-for-adults = Esta notícia está marcada como 18+, e #{ $where } não tem restrição de idade. Escolha um canal que tenha.
error-not-our-database = { $file } não é um banco de dados do Newsdesk. Escolha outra pasta ou tire esse arquivo de lá.
error-not-resumable = { $state ->
    [queued] A carga { $load } está esperando para começar.
    [running] A carga { $load } já está em andamento.
    [undoing] A carga { $load } foi desfeita só em parte. Desfaça de novo para terminar.
    [undone] A carga { $load } foi desfeita. Carregue o dump de novo.
   *[done] A carga { $load } já terminou.
}
error-not-your-follow = Você só pode alterar os alertas que criou. A moderação também pode alterar os de um canal.
error-nothing-mentioned = Nenhuma notícia deste acervo corresponde aos links ou à manchete dessa mensagem.
error-nothing-to-follow = Escolha o que seguir: palavras, uma fonte ou um autor.
error-nothing-to-load = Anexe um arquivo ou informe em `caminho` o nome de um da pasta de entrada.
error-nothing-to-resume = Não há carga parada ou com falha para retomar.
error-port-unusable = A porta { $port } não está disponível. Escolha outra com --port ou deixe sem.
error-question-too-long = { $most ->
    [1] As perguntas podem ter no máximo 1 caractere. Encurte a sua.
    [many] As perguntas podem ter no máximo { $most } de caracteres. Encurte a sua.
   *[other] As perguntas podem ter no máximo { $most } caracteres. Encurte a sua.
}
error-sample-loaded = O exemplo já está neste acervo. Experimente /search harbour ou remova-o com /archive undo.
error-sample-loading = O exemplo está sendo carregado. O relatório vem em instantes.
error-server-only = Isso só funciona em um servidor.
error-shard-count = Outros processos deste bot rodam com { $other } shards, e este foi iniciado com { $count }. Inicie-o com a mesma quantidade ou pare os outros antes.
error-settings-file-cap = O follow_cap desse arquivo de configurações precisa ficar entre 0 e { $most }. Corrija.
error-settings-file-channels = Esse arquivo de configurações traz mais de { $most } canais para publicação. Remova alguns.
error-settings-file-field = O valor de { $place } nesse arquivo de configurações é do tipo errado. Escolha um arquivo salvo com Exportar.
error-settings-file-follow = O alerta { $number } desse arquivo de configurações está vazio ou longo demais. Corrija ou remova.
error-settings-file-language = O Newsdesk não tem o idioma “{ $language }” desse arquivo de configurações. Corrija ou remova.
error-settings-file-languages = Os idiomas desse arquivo de configurações precisam ser poucos códigos curtos, como en. Corrija.
error-settings-file-schedule = O boletim { $number } desse arquivo de configurações nunca seria publicado. Corrija ou remova.
error-settings-file-too-large = Esse arquivo é grande demais para um arquivo de configurações. Escolha um salvo com Exportar.
error-several-articles = Várias notícias correspondem a “{ $ref }”: { $titles }. Escolha uma na lista ou informe o número.
error-stale-button = Este botão expirou. Busque de novo.
error-export-running = Já há uma exportação deste servidor em andamento. Espere ou cancele.
error-export-not-running = Nenhuma exportação em andamento.
error-export-cancelled = A exportação foi cancelada.
error-export-too-large = Seriam mais de { $most } arquivos do tamanho que o Discord aceita. Exporte uma discussão ou uma busca, ou peça newsdesk export a quem opera o bot.
error-export-too-slow = A exportação demorou demais. Exporte uma discussão ou uma busca, ou peça newsdesk export a quem opera o bot.
error-export-one-subject = Escolha uma discussão ou uma busca, não as duas.
error-export-json-needs-output = Indique um arquivo com --output: a saída padrão leva a própria exportação.
error-nothing-to-export = Não há nada para exportar.
error-request-decided = Este pedido já foi decidido ou expirou.
error-too-many-requests = Você pode fazer { $most } pedidos em { $days } dias. Espere a decisão da moderação ou tente mais tarde.
error-too-many-open-requests = A moderação deste servidor tem pedidos em aberto demais. Tente mais tarde.
error-thinker-died = A leitura dessa discussão falhou duas vezes. Tente de novo mais tarde. O log de quem opera o bot pode mostrar o motivo.
error-thread-article-gone = A notícia deste tópico não está mais no acervo. Pergunte em outro canal.
error-thread-in-thread = #{ $where } já é um tópico. Escolha um canal para criar um novo.
error-thread-locked = O tópico { $where } está fechado e trancado. Destranque ou dê ao Newsdesk a permissão Gerenciar tópicos.
error-too-many-files = O Newsdesk está com arquivos demais abertos. Tente de novo daqui a pouco. Se acontecer outra vez, quem opera o bot pode aumentar o limite (ulimit -n).
error-took-too-long = Isso demorou demais. Tente de novo daqui a pouco.
error-queue-of-member = { $most ->
    [1] Você já tem 1 pedido em espera. Aguarde até que ele termine.
    [many] Você já tem { $most } de pedidos em espera. Aguarde até que um deles termine.
   *[other] Você já tem { $most } pedidos em espera. Aguarde até que um deles termine.
}
error-queue-of-server = { $most ->
    [1] 1 pedido deste servidor já está em espera. Tente de novo daqui a pouco.
    [many] { $most } de pedidos deste servidor já estão em espera. Tente de novo daqui a pouco.
   *[other] { $most } pedidos deste servidor já estão em espera. Tente de novo daqui a pouco.
}
error-too-many-follows = { $most ->
    [1] Aqui já há 1 alerta, o limite. Remova com /follow remove.
    [many] Aqui já há { $most } de alertas, o limite. Remova um com /follow remove.
   *[other] Aqui já há { $most } alertas, o limite. Remova um com /follow remove.
}
error-too-many-schedules = { $most ->
    [1] Aqui já há 1 boletim programado, o limite. Exclua primeiro.
    [many] Aqui já há { $most } de boletins programados, o limite. Exclua um primeiro.
   *[other] Aqui já há { $most } boletins programados, o limite. Exclua um primeiro.
}
error-too-many-to-publish = O Discord publica no máximo { $most } mensagens por hora de um canal. Publique menos notícias ou uma publicação para todas.
error-too-many-direct-schedules = Você já recebe aqui { $most } boletins por mensagem direta, o limite. Exclua um primeiro.
error-try-extra-missing = O teste precisa do Discord simulado. Instale com: pip install 'newsdesk[try]'.
error-undo-cancelled = A carga { $load } foi desfeita só em parte. Desfaça de novo para terminar.
error-unknown-follow = O alerta { $follow } não existe. “newsdesk follows” mostra a lista.
error-vectors-damaged = Os vetores de palavras estão incompletos: { $file } não existe ou está danificado. Reinstale o wordllama ou defina NEWSDESK_VECTORS como off.
error-vectors-unusable = Não dá para usar os vetores de palavras “{ $setting }”: { $reason }. Escolha outro modelo, shipped ou off.

## Search

search-heading = { $count ->
    [1] **1 discussão para { $query }**
    [many] **{ $count } de discussões para { $query }**
   *[other] **{ $count } discussões para { $query }**
}
search-heading-more = **Mais de { $count } discussões para { $query }**
search-heading-respelt = Nenhuma discussão para { $query }. Mostrando { $count ->
    [1] **1 para { $instead }**
    [many] **{ $count } para { $instead }**
   *[other] **{ $count } para { $instead }**
}
search-heading-all = { $count ->
    [1] **1 discussão**
    [many] **{ $count } de discussões**
   *[other] **{ $count } discussões**
}
search-heading-all-more = **Mais de { $count } discussões**
# $word is a word of the search in quotation marks.
search-word-count = { $count ->
    [0] { $word } em nenhum texto
    [1] { $word } em 1 texto
    [many] { $word } em { $count } de textos
   *[other] { $word } em { $count } textos
}
search-word-count-more = { $word } em mais de { $count } textos
# $words is a list of words in quotation marks.
search-ignored = fora da busca: { $words }
# $words are words in quotation marks that are near in meaning to those of the search.
search-heading-meaning = { $count ->
    [1] Nada tem { $query }; o mais próximo pelo sentido: 1 discussão com { $words }
    [many] Nada tem { $query }; o mais próximo pelo sentido: { $count } de discussões com { $words }
   *[other] Nada tem { $query }; o mais próximo pelo sentido: { $count } discussões com { $words }
}
search-near = O mais próximo pelo sentido, com { $words }:
search-some = Só com algumas das palavras:
search-order-relevance = mais relevantes primeiro
search-order-newest = mais recentes primeiro
search-order-score = maior pontuação primeiro
search-only-articles = só notícias
search-only-comments = só comentários
search-from-source = de { $source }
search-by-author = por { $author }
search-since = desde { $day }
search-before = antes de { $day }
search-all-words = { $count ->
    [0] nenhuma tem todas as palavras
    [1] só a primeira tem todas as palavras
    [many] as primeiras { $count } têm todas as palavras
   *[other] as primeiras { $count } têm todas as palavras
}
search-nothing = Nada sobre { $query } neste acervo ({ $size }).
search-nothing-narrowed = Nada encontrado para { $query } ({ $filters }). Este acervo tem { $size }.
search-typed = Buscar { $query }
search-beginnings = Com { $words }, só as palavras mais comuns foram buscadas. Digite mais letras para buscar as outras.
search-cut-short = Esta busca demorou demais e foi interrompida. Podem faltar resultados.
search-everything = Buscar em tudo
search-newest = Mais recentes
search-highest = Maior pontuação
search-best = Mais relevantes
search-only-comments-button = Só comentários
search-articles-too = Tudo
search-jump = Ir para…
search-hit-article = Notícia
search-hit-comment = Comentário
search-also-in-comments = { $count ->
    [1] também em 1 comentário
    [many] também em { $count } de comentários
   *[other] também em { $count } comentários
}
search-story = { $threads ->
    [1] 1 discussão
    [many] { $threads } de discussões
   *[other] { $threads } discussões
}, { $papers ->
    [1] 1 jornal
    [many] { $papers } de jornais
   *[other] { $papers } jornais
}
search-story-threads = { $count ->
    [1] 1 discussão
    [many] { $count } de discussões
   *[other] { $count } discussões
}
search-mentioned = { $count ->
    [1] **No acervo** · 1 notícia
    [many] **No acervo** · { $count } de notícias
   *[other] **No acervo** · { $count } notícias
}
search-help =
    ### Buscar
    A busca procura em manchetes, notícias e comentários. As palavras valem em qualquer ordem e com qualquer terminação. Cada discussão aparece uma vez, com o melhor trecho. As que têm todas as palavras vêm primeiro.
    `"rail yard"` estas palavras, uma ao lado da outra
    `market -fish` sem uma palavra
    `market -"rail yard"` sem uma frase
    `tram OR gulls` uma palavra ou outra; também `tram | gulls`
    `stall*` palavras que começam com estas letras
    `rail-yard` palavras com hífen contam como frase
    `(tram OR bus) strike NOT rail` parênteses, com AND, OR e NOT
    `title:tram`, `author:NOME`, `source:SITE`, `r/NOME`, `flair:"DUAS PALAVRAS"` também com `-` na frente
    `score:>10`, `comments:5..20`, `after:2024-03`, `before:yesterday` números e datas
    {"**"}Opções** refinam a busca: `onde` escolhe notícias ou comentários, `fonte` um site, `autor` quem publicou a notícia ou escreveu o comentário, `desde` (a partir daquele dia) e `antes` uma data, como 2024, 2024-03 ou 2024-03-12. Aperte **Mais recentes** para ordenar os mesmos resultados por data.
    -# Acentos e maiúsculas não fazem diferença. Chinês, japonês e coreano não precisam de espaços. Se uma palavra não aparece em lugar nenhum, a busca usa a grafia mais próxima e avisa; números nunca mudam.

## Browsing

browse-sources = { $count ->
    [1] **1 fonte**
    [many] **{ $count } de fontes**
   *[other] **{ $count } fontes**
}
browse-subreddits = { $count ->
    [1] **1 subreddit**
    [many] **{ $count } de subreddits**
   *[other] **{ $count } subreddits**
}
browse-flairs = { $count ->
    [1] **1 flair**
    [many] **{ $count } de flairs**
   *[other] **{ $count } flairs**
}
browse-days = { $count ->
    [1] **1 dia**
    [many] **{ $count } de dias**
   *[other] **{ $count } dias**
}
browse-months = { $count ->
    [1] **1 mês**
    [many] **{ $count } de meses**
   *[other] **{ $count } meses**
}
browse-most-first = mais discussões primeiro
browse-tab-sources = Fontes
browse-tab-subreddits = Subreddits
browse-tab-flairs = Flairs
browse-tab-days = Dias
browse-tab-months = Meses
browse-open = Abrir…
browse-nothing = { $by ->
    [source] Nenhuma notícia deste acervo indica a fonte.
    [subreddit] Nenhuma notícia deste acervo vem de um subreddit.
    [flair] Nenhuma notícia deste acervo tem flair.
   *[day] Nenhuma notícia deste acervo tem data.
}
saved-heading = { $count ->
    [1] **1 busca salva** de no máximo { $most }
    [many] **{ $count } de buscas salvas** de no máximo { $most }
   *[other] **{ $count } buscas salvas** de no máximo { $most }
}
saved-shared-heading = **Compartilhadas por outras pessoas neste servidor**
saved-is-shared = compartilhada
saved-run = Repetir…
saved-hint = Apague uma com { $command }.
saved-none = Você ainda não tem buscas salvas. Salve uma com { $command } ou aperte Salvar em uma busca.
# $name is in quotation marks, here and below.
saved-saved = { $name } foi salva. Repita-a com { $command }.
saved-deleted = Busca { $name } apagada.
saved-form-title = Salvar esta busca
saved-form-label = Nome
# $query is in quotation marks.
trend-heading = { $count ->
    [1] { $query } em 1 texto
    [many] { $query } em { $count } de textos
   *[other] { $query } em { $count } textos
}
trend-heading-about = { $query } em cerca de { $count } textos
trend-bars = { $unit ->
    [day] cada barra é um dia
    [month] cada barra é um mês
   *[year] cada barra é um ano
}
trend-peak = máximo: { $when }, com { $count }
trend-description = Gráfico de barras dos textos com { $query }, de { $first } a { $last }. A barra mais alta é { $peak }, com { $count }.
trend-open = Ver os textos

## Articles

article-first-comment = primeiro comentário em { $day }
article-adults-only = 18+
article-reading-time = leitura de { $minutes } min
article-headline-only = Desta notícia, só temos a manchete.
article-full-text = Texto completo
article-text-cut = O resto deste texto é longo demais para aparecer aqui.
article-another = Mais uma
article-discuss = Discutir
article-original = Original
article-shorter = Mais curto
article-longer = Mais longo
author-deleted = conta excluída
author-unnamed = sem nome
commenter-letter = Comentarista { $letter }
commenter-unknown = Um comentarista
article-related-heading = ### Relacionadas a: { $title }
article-related-none = Ainda não há notícias relacionadas neste acervo.
article-related-reasons = As duas falam de { $phrases }
article-timeline-heading = ### Cronologia: { $title }
article-timeline-same = A mesma notícia
article-timeline-reports = Outras discussões sobre o mesmo assunto
article-timeline-alone = Não há outra discussão sobre esta notícia no arquivo.
article-timeline-open = Abrir uma discussão
article-timeline-oldest = As { $shown } discussões mais antigas de { $count }
article-posted = Publicada: { $link }
article-untitled = Notícia
article-thread-hint = -# Dúvidas sobre esta notícia? Mencione { $me } e pergunte. O bot só lê mensagens que o mencionam ou respondem a ele.

comments-heading = ### Comentários: { $title }
comments-none = Esta notícia ainda não tem comentários. Eles aparecem aqui assim que forem carregados.
comments-all-deleted = { $count ->
    [1] O único comentário foi apagado.
    [many] Todos os { $count } de comentários foram apagados.
   *[other] Todos os { $count } comentários foram apagados.
}
comments-newest-first = mais recentes primeiro
comments-best-first = melhores primeiro
comments-most-answered-first = com mais respostas primeiro
comments-oldest-first = mais antigos primeiro
comments-in-thread = mais antigos primeiro, respostas abaixo
comments-newest-button = Mais recentes
comments-best-button = Melhores
comments-oldest-button = Mais antigos
comments-thread-button = Por conversa
comments-deleted = { $count ->
    [1] mais 1 foi apagado
    [many] mais { $count } foram apagados
   *[other] mais { $count } foram apagados
}
comments-hide-bots = { $count ->
    [1] Ocultar 1 comentário de bot
    [many] Ocultar { $count } de comentários de bots
   *[other] Ocultar { $count } comentários de bots
}
comments-show-bots = { $count ->
    [1] Mostrar 1 comentário de bot
    [many] Mostrar { $count } de comentários de bots
   *[other] Mostrar { $count } comentários de bots
}
comments-bots-hidden = { $count ->
    [1] 1 comentário de bot oculto
    [many] { $count } de comentários de bots ocultos
   *[other] { $count } comentários de bots ocultos
}
comments-threads = { $count ->
    [1] de 1 discussão
    [many] de { $count } de discussões
   *[other] de { $count } discussões
}
comments-some-threads = discussões: { $count } de { $all }
comments-one-thread = só { $thread }
comments-select-thread = Escolha uma discussão…
comments-all-threads = { $count ->
    [1] A única discussão sobre esta notícia
    [many] As { $count } de discussões sobre esta notícia
   *[other] As { $count } discussões sobre esta notícia
}
comments-threads-together = Discussões juntas: { $count } de { $all }
comments-other-reports = { $count ->
    [1] Outra discussão trata do mesmo assunto.
    [many] Outros { $count } de discussões tratam do mesmo assunto.
   *[other] Outras { $count } discussões tratam do mesmo assunto.
}
comments-read-in-full = Ler na íntegra…
comments-go-to = Ir para…
comments-range = Comentários { $range }
comment-on = sobre { $title }
comment-surrounding = Comentários ao redor
comment-parent = Comentário respondido
comment-replying = em resposta a { $author }
comment-replying-missing = em resposta a um comentário que não está no acervo
comment-replies = { $count ->
    [1] 1 resposta
    [many] { $count } de respostas
   *[other] { $count } respostas
}
comment-replies-of = { $count ->
    [1] { $author }: 1 resposta
    [many] { $author }: { $count } de respostas
   *[other] { $author }: { $count } respostas
}
comment-replies-heading = { $count ->
    [1] ### 1 resposta a { $author }
    [many] ### { $count } de respostas a { $author }
   *[other] ### { $count } respostas a { $author }
}
comment-back = Ver o comentário
comment-loaded = carregado em { $day } de { $name } (carga { $load })
comment-captured = capturado em { $day }
comment-edited = editado em { $day }
comment-changed-by = atualizado pela carga { $load }

## Comment digests

comment-digest-heading = ### O que dizem: { $title }
comment-digest-theme-quote = **“{ $quote }”** — { $author }
comment-digest-theme-second = “{ $quote }” — { $author }
comment-digest-theme-quote-within = { $author } diz: **“{ $quote }”** — { $details }
comment-digest-theme-second-within = { $author } diz: “{ $quote }” — { $details }
comment-digest-quote-within = { $author } diz: “{ $quote }”
comment-digest-opening = { $count } de { $total } comentários mencionam { $words }
comment-digest-opening-few = { $count ->
    [1] Nenhum assunto predomina: 1 de { $total } comentários menciona { $words }
   *[other] Nenhum assunto predomina: { $count } de { $total } comentários mencionam { $words }
}
comment-digest-theme-mentions = { $count ->
    [1] 1 comentário menciona { $words }
    [many] { $count } de comentários mencionam { $words }
   *[other] { $count } comentários mencionam { $words }
}
comment-digest-theme-says = { $count ->
    [1] mais 1 diz mais ou menos o mesmo
    [many] mais { $count } dizem mais ou menos o mesmo
   *[other] mais { $count } dizem mais ou menos o mesmo
}
comment-digest-theme-replies = { $count ->
    [1] 1 resposta
    [many] { $count } de respostas
   *[other] { $count } respostas
}
comment-digest-more-themes = { $count ->
    [1] mais 1 tema a seguir, com { $comments }
    [many] mais { $count } temas a seguir, com { $comments }
   *[other] mais { $count } temas a seguir, com { $comments }
}
comment-digest-also-mentioned = Também se menciona: { $subjects }
comment-digest-mentioned-most = O mais mencionado: { $subjects }
comment-digest-subject = { $words } ({ $comments })
comment-digest-rest = { $count ->
    [1] 1 outro comentário: { $groups }
    [many] { $count } de outros comentários: { $groups }
   *[other] { $count } outros comentários: { $groups }
}
comment-digest-rest-among = { $count ->
    [1] 1 outro comentário, entre eles { $groups }
    [many] { $count } de outros comentários, entre eles { $groups }
   *[other] { $count } outros comentários, entre eles { $groups }
}
comment-digest-rest-mentions = { $count ->
    [1] 1 menciona “{ $word }”
    [many] { $count } mencionam “{ $word }”
   *[other] { $count } mencionam “{ $word }”
}
comment-digest-rest-only-points = { $count ->
    [1] 1 outro comentário
    [many] { $count } de outros comentários
   *[other] { $count } outros comentários
}
comment-digest-rest-points = { $count ->
    [1] 1 comentário mais longo
    [many] { $count } de comentários mais longos
   *[other] { $count } comentários mais longos
}
comment-digest-rest-questions = { $count ->
    [1] 1 pergunta
    [many] { $count } de perguntas
   *[other] { $count } perguntas
}
comment-digest-rest-short = { $count ->
    [1] 1 comentário curto
    [many] { $count } de comentários curtos
   *[other] { $count } comentários curtos
}
comment-digest-rest-jokes = { $count ->
    [1] 1 piada
    [many] { $count } de piadas
   *[other] { $count } piadas
}
comment-digest-more-comments = { $count ->
    [1] mais 1 comentário
    [many] mais { $count } de comentários
   *[other] mais { $count } comentários
}
comment-digest-disputed = { $count ->
    [1] 1 pessoa contesta a notícia
    [many] { $count } de pessoas contestam a notícia
   *[other] { $count } pessoas contestam a notícia
}
comment-digest-disputed-figures = { $count ->
    [1] **1 pessoa contesta a notícia:** { $theirs }, e não { $ours }
    [many] **{ $count } de pessoas contestam a notícia:** { $theirs }, e não { $ours }
   *[other] **{ $count } pessoas contestam a notícia:** { $theirs }, e não { $ours }
}
comment-digest-article-says = A notícia: “{ $quote }”
comment-digest-added = O que não está na notícia
comment-digest-single-points = Também se diz
comment-digest-single-points-alone = Entre os comentários
comment-digest-questions = Perguntas em aberto
comment-digest-links = Links compartilhados
comment-digest-busiest = { $count ->
    [1] **Pico:** 1 comentário em { $span }, a partir de { $time }
    [many] **Pico:** { $count } de comentários em { $span }, a partir de { $time }
   *[other] **Pico:** { $count } comentários em { $span }, a partir de { $time }
}
comment-digest-chart-caption = de { $start } a { $end } · cada barra: { $span }
comment-digest-chart-description = { $count ->
    [1] Gráfico de barras com 1 comentário, de { $start } a { $end }.
    [many] Gráfico de barras com { $count } de comentários, de { $start } a { $end }.
   *[other] Gráfico de barras com { $count } comentários, de { $start } a { $end }.
} Cada barra: { $span }. A mais alta tem { $highest ->
    [1] 1 comentário
    [many] { $highest } de comentários
   *[other] { $highest } comentários
} e começa em { $peak }.
comment-digest-coverage = Com base em { $read } de { $total ->
    [1] 1 comentário
    [many] { $total } de comentários
   *[other] { $total } comentários
} (ficaram de fora: { $skipped })
comment-digest-coverage-all = { $total ->
    [1] Com base no único comentário
    [many] Com base em todos os { $total } de comentários
   *[other] Com base em todos os { $total } comentários
}
comment-digest-known = O acervo tem { $count } de cerca de { $known } comentários.
comment-digest-skipped-deleted = { $count ->
    [1] 1 apagado
    [many] { $count } apagados
   *[other] { $count } apagados
}
comment-digest-skipped-bots = { $count ->
    [1] 1 bot
    [many] { $count } de bots
   *[other] { $count } bots
}
comment-digest-skipped-copies = { $count ->
    [1] 1 repetido
    [many] { $count } repetidos
   *[other] { $count } repetidos
}
comment-digest-skipped-unread = { $count } fora de uma amostra uniforme
comment-digest-skipped-brief = { $count ->
    [1] 1 muito curto
    [many] { $count } muito curtos
   *[other] { $count } muito curtos
}
comment-digest-page-overview = Visão geral
comment-digest-page-themes = Mais temas
comment-digest-page-more = Mais
comment-digest-all-of-theme = Todos os comentários sobre…
comment-digest-open = Abrir um comentário…

## Scheduled digests

digest-timing = { $every ->
    [daily] todos os dias às { $time } ({ $zone })
    [weekdays] de segunda a sexta às { $time } ({ $zone })
    [weekly] toda semana, { $weekday }, às { $time } ({ $zone })
    [monthly] todo dia { $day } do mês, às { $time } ({ $zone })
    [monthly-or-last] todo dia { $day } do mês, ou no último, às { $time } ({ $zone })
   *[cron] cron `{ $cron }` ({ $zone })
}
digest-source = { $what ->
    [newest] novas desde o último boletim
    [on-this-day] neste dia em outros anos
    [most-discussed] mais comentadas de todos os tempos
    [search] mais recentes para “{ $text }”
    [source] mais recentes de { $text }
    [subreddit] mais recentes de r/{ $text }
   *[random] uma seleção ao acaso
}
digest-source-most-discussed = { $days ->
    [1] mais comentadas do último dia
    [many] mais comentadas dos últimos { $days } de dias
   *[other] mais comentadas dos últimos { $days } dias
}
digest-heading = { $what ->
    [newest] Novas no acervo
    [on-this-day] Neste dia
    [most-discussed] Mais comentadas de todos os tempos
    [search] Novas para “{ $text }”
    [source] Novas de { $text }
    [subreddit] Novas de r/{ $text }
   *[random] Do acervo
}
digest-heading-most-discussed = { $days ->
    [1] Mais comentadas do último dia
    [many] Mais comentadas dos últimos { $days } de dias
   *[other] Mais comentadas dos últimos { $days } dias
}
digest-up-to-headlines = { $count ->
    [1] 1 manchete
    [many] até { $count } de manchetes
   *[other] até { $count } manchetes
}
digest-up-to-summaries = { $count ->
    [1] 1 resumo
    [many] até { $count } de resumos
   *[other] até { $count } resumos
}
digest-up-to-comment-digests = { $count ->
    [1] 1 notícia com o que dizem
    [many] até { $count } de notícias com o que dizem
   *[other] até { $count } notícias com o que dizem
}
digest-late = { $hours ->
    [1] se perder a hora, sai com até 1 hora de atraso
    [many] se perder a hora, sai com até { $hours } de horas de atraso
   *[other] se perder a hora, sai com até { $hours } horas de atraso
}
digest-never-late = se perder a hora, não sai
digest-quiet = em silêncio das { $start } às { $end }
digest-target = { $target ->
    [thread] abre um tópico em cada publicação
   *[forum] um post no fórum a cada vez
}
digest-target-tagged = um post no fórum a cada vez, com a tag { $tag }
digest-skips-empty = não sai nos dias sem novidades
digest-posts-empty = sai mesmo sem novidades
digest-posts-each = uma publicação por notícia
digest-pings = menciona { $role }
digest-silent = sem notificações
digest-published = publicado nos canais que seguem este
digest-pinned = publicação mais recente fixada
digest-tags = tags por regra: { $tags }
digest-own-template = modelo próprio

### Posts of digests

digest-nothing-new = Nenhuma novidade desta vez.
digest-why-these = Por que estas?
digest-direct = por mensagem direta
digest-from-server = Seu boletim de { $server }
digest-more-posts = { $count ->
    [one] E mais 1 publicação como esta, de outra notícia.
    [many] E mais { $count } de publicações como esta, uma por notícia.
   *[other] E mais { $count } publicações como esta, uma por notícia.
}
digest-quote = “{ $quote }” *{ $author }*
digest-also = Também: { $reports }
digest-also-more = Também: { $reports } e mais { $count }
digest-chart-caption = Comentários da notícia { $number }: { $caption }
topic-heading = ### Boletim: { $topic }
topic-respelt = Nenhuma discussão para “{ $topic }”. Mostrando **“{ $instead }”**.

### Planning a digest

digest-preview = Prévia. Nada é publicado até você salvar.
digest-preview-of-change = Prévia do boletim { $number } com as suas alterações. Ele fica como está até você salvar.
digest-where = **Publica em** <#{ $channel }>
digest-where-direct = **Enviado** a você por mensagem direta
digest-show-post = Ver a publicação
digest-show-times = Horários e últimos 7 dias
digest-next-runs = **Próximas edições**
digest-run-held = depois das horas de silêncio
digest-run-moved = { $every ->
    [cron] mais tarde, porque o relógio muda
   *[other] mais tarde, porque o relógio muda: nesse dia não existe { $time }
}
digest-run-clocks-change = antes disso, o relógio muda em { $zone }
digest-past-runs = **Nos últimos 7 dias teria publicado**
digest-no-past-runs = Nos últimos 7 dias não teria publicado nada.
digest-past-left-out = { $count ->
    [one] Os filtros deixam 1 notícia de fora.
    [many] Os filtros deixam { $count } de notícias de fora.
   *[other] Os filtros deixam { $count } notícias de fora.
}
digest-earlier-past-runs = { $runs ->
    [1] 1 edição anterior
    [many] { $runs } de edições anteriores
   *[other] { $runs } edições anteriores
} com { $articles ->
    [1] 1 notícia
    [many] { $articles } de notícias
   *[other] { $articles } notícias
}; depois:
digest-past-run-empty = nada
digest-more = e mais { $count }
digest-saved = Boletim { $number } salvo.
digest-changed = Boletim { $number } alterado.
digest-still-paused = Ele continua pausado. Use { $resume } para retomar.
digest-not-saved = Não salvo. Nada mudou.
digest-next-post = Próxima publicação { $when }, { $relative }
digest-no-next-post = Não há mais publicações previstas.

### Lists, settings and history

digest-list = **Boletins programados** · { $count }
digest-list-empty = Ainda não há boletins. Um boletim publica notícias do acervo em um canal, com a frequência que você quiser. Crie o primeiro com { $create }.
digest-list-direct = **Boletins enviados a você**
digest-name = Boletim { $number }
digest-title = ### Boletim { $number }: { $what }
digest-next = próxima edição { $when }
digest-state = { $state ->
    [active] ativo
    [paused] pausado
   *[deleted] excluído
}
digest-paused-because = pausado: { $reason }
digest-status = **Situação:** { $state }
digest-last-run = Última edição: { $run }
digest-created-by = criado por { $name } · { $when }
digest-paused = Boletim { $number } pausado. Use { $resume } para retomar.
digest-resumed = Boletim { $number } retomado.
digest-deleted = Boletim { $number } excluído. O que ele publicou fica.
digest-running = O boletim { $number } sai em <#{ $channel }> daqui a pouco. A programação dele não muda.
digest-running-direct = O boletim { $number } chegará em instantes. A programação não muda.
digest-open = Abrir um boletim
digest-pause-several = Pausar boletins
digest-new = Novo boletim…
digest-all = Todos os boletins
digest-edit = Editar…
digest-posts = Publicações…
digest-template = Modelo…
digest-run = Publicar agora
digest-history = Histórico
digest-delete = Excluir…
digest-delete-question = Excluir o boletim { $number }? O que ele publicou fica.
digest-delete-confirm = Excluir boletim
leave-out-button = Deixar de fora…
leave-out-title = O que deixar de fora
leave-out-words = Palavras
leave-out-words-hint = Na manchete ou no texto, separadas por vírgulas
leave-out-sources = Fontes e subreddits
leave-out-sources-hint = Por exemplo: courier.example, r/funny
leave-out-authors = Autores
leave-out-flair = Flair
leave-out-commas = Separados por vírgulas
leave-out-minimum = Mínimo de pontos e comentários
leave-out-minimum-hint = Por exemplo: score 10, comments 5
leave-out = deixa de fora { $what }
leave-out-author = um autor
leave-out-list = { $filter ->
    [words] palavras: { $names }
    [sources] fontes: { $names }
    [authors] autores: { $names }
    [subreddits] { $names }
   *[flair] flair: { $names }
}
leave-out-score = { $count ->
    [one] menos de 1 ponto
    [many] menos de { $count } de pontos
   *[other] menos de { $count } pontos
}
leave-out-comments = { $count ->
    [one] sem comentários
    [many] menos de { $count } de comentários
   *[other] menos de { $count } comentários
}
leave-out-reason = { $whose ->
    [server] deixada de fora pelo filtro deste servidor: { $what }
   *[digest] deixada de fora pelo filtro deste boletim: { $what }
}
digest-form-new = Novo boletim
digest-form-when = Frequência
digest-form-time = Horário
digest-form-time-hint = 08:00, segunda-feira 08:00, 15 08:00 (dia do mês) ou uma linha de cron
digest-form-what = O que publicar
digest-form-query = Palavras, fonte ou subreddit
digest-form-query-hint = Só para uma busca, uma fonte ou um subreddit
digest-form-style = Quanto mostrar de cada notícia
post-form-title = Como é publicado
post-form-count = Publicações
post-form-one = Uma publicação para todas as notícias
post-form-each = Uma publicação ou post no fórum por notícia
post-form-role = Cargo a mencionar
post-form-role-hint = Nenhum por padrão. Só um cargo que você pode mencionar, no início da primeira publicação.
post-form-how = Além disso
post-form-silent = Publicar sem notificações
post-form-publish = Publicar em canais de anúncios
post-form-pin = Fixar a mais recente e desafixar a anterior
post-form-tags = Tags, uma regra por linha
post-form-tags-hint = Notícias · Esporte: source bbc.co.uk · Ajuda: flair Dúvida · Porto: search "fish market"
template-form-title = Modelo
template-form-heading = Cabeçalho
template-form-item = Cada notícia
template-form-footer = Rodapé
template-form-hint = Entre { "{" }{ "}" }: { $names }
digest-paused-itself = O boletim { $number } em <#{ $channel }> está pausado: { $reason }. Depois de resolver, use { $resume }. Para ver os detalhes, use { $why }.
digest-posted = { $count ->
    [1] 1 notícia publicada
    [many] { $count } de notícias publicadas
   *[other] { $count } notícias publicadas
}
digest-posted-parts = { $posted } de { $count } publicações feitas
digest-outcome = { $state ->
    [claimed] na hora de sair
    [sending] publicando
    [empty] nada a publicar
    [missed] perdeu a hora
   *[failed] falhou
}
digest-outcome-because = { $state ->
    [claimed] na hora de sair: { $reason }
    [sending] publicando: { $reason }
    [missed] perdeu a hora: { $reason }
   *[failed] falhou: { $reason }
}
digest-on-request = a pedido
digest-explain-run = Explicar uma edição…

### Why an article was posted or skipped

digest-rule = { $rule ->
    [picked] escolhida
    [new-comments] escolhida de novo pelos comentários novos
    [shown-before] de fora porque já foi publicada e não tem comentários novos
    [twin] de fora porque saiu uma cópia dela, do outro acervo
    [story-shown] de fora porque outra discussão da mesma notícia já foi publicada
    [same-story] de fora porque saiu outra discussão da mesma notícia
    [over-18] de fora porque o canal não tem restrição de idade
   *[enough] de fora porque outras notícias vieram antes
}
digest-over-18 = Uma notícia marcada como 18+
digest-more-skipped = { $count ->
    [1] e mais 1 de fora
    [many] e mais { $count } de fora
   *[other] e mais { $count } de fora
}
digest-not-run = Este boletim ainda não teve nenhuma edição.
digest-never-considered = Este boletim nunca avaliou esta notícia. Ele publica: { $what }.
digest-asked-future = Essa hora ainda não chegou.
digest-asked-quiet = Essa hora cai nas horas de silêncio, das { $start } às { $end }, quando nada é publicado.
digest-chance = Se saísse agora: { $rule }
digest-chance-none = Se saísse agora, esta notícia não seria avaliada.
digest-chance-random = A próxima edição escolhe ao acaso.

### Why a digest was not posted or is paused: stands after a colon

digest-reason-deleted = o boletim foi excluído
digest-reason-discord-refused = o Discord recusou a publicação
digest-reason-forum-needs-tag = o fórum exige uma tag, e o Newsdesk não pode usar nenhuma
digest-reason-no-such-tag = o fórum não tem mais a tag escolhida, ou o Newsdesk não pode usá-la
digest-reason-nothing = o artigo não está mais no arquivo
digest-reason-paused = o boletim foi pausado
digest-reason-quiet = as horas de silêncio seguraram a edição até ficar tarde demais
digest-reason-too-late = tarde demais para publicar
digest-reason-unreachable = o Discord não responde; o Newsdesk continua tentando

## Posts

permission-view-channel = Ver canal
permission-attach-files = Anexar arquivos
permission-send-messages = Enviar mensagens
permission-send-messages-in-threads = Enviar mensagens em tópicos
permission-create-posts = Criar posts
permission-create-public-threads = Criar tópicos públicos
permission-manage-threads = Gerenciar tópicos
permission-pin-messages = Fixar mensagens
permission-read-message-history = Ver histórico de mensagens

### Why a message was not sent or edited: stands after a colon

reason-bot-removed = o Newsdesk não está mais nesse servidor
reason-channel-gone = o canal foi excluído
reason-fault = algo deu errado do nosso lado; os detalhes estão no log de quem opera o bot
reason-may-not-post = o Newsdesk precisa de { permission-view-channel } e { permission-send-messages } nesse canal
reason-needs = o Newsdesk precisa de { $permissions } nesse canal
reason-thread-archived = o tópico está arquivado e trancado
reason-edit-direct-refused = o membro não aceita mensagens diretas
reason-edit-refused = o Discord recusou a edição
reason-edit-no-access = o Newsdesk não consegue mais ver esse canal
reason-edit-too-late = o Discord ficou uma semana sem responder
reason-message-gone = a mensagem já tinha sido apagada

### Posts that show undone or erased content

posts-marked = { $count ->
    [1] 1 publicação do Newsdesk neste servidor ainda mostra o que você desfez.
    [many] { $count } de publicações do Newsdesk neste servidor ainda mostram o que você desfez.
   *[other] { $count } publicações do Newsdesk neste servidor ainda mostram o que você desfez.
}
posts-marked-choice = Ao limpar, esse conteúdo sai delas. As que ficarem vazias são apagadas.
posts-redact = { $count ->
    [1] Limpar 1 publicação
    [many] Limpar { $count } de publicações
   *[other] Limpar { $count } publicações
}
button-redact-posts = Limpar publicações
nothing-changed = Nada foi alterado.
posts-kept = As publicações ficam como estão.
posts-none-marked = Nenhuma publicação daqui precisa ser limpa.
posts-edited = { $count ->
    [1] 1 publicação editada.
    [many] { $count } de publicações editadas.
   *[other] { $count } publicações editadas.
}
posts-deleted = { $count ->
    [1] 1 publicação apagada, porque não sobrou nada dela.
    [many] { $count } de publicações apagadas, porque não sobrou nada delas.
   *[other] { $count } publicações apagadas, porque não sobrou nada delas.
}
posts-waiting = { $count ->
    [1] Mais 1 publicação será editada assim que o Discord permitir.
    [many] Mais { $count } de publicações serão editadas assim que o Discord permitir.
   *[other] Mais { $count } publicações serão editadas assim que o Discord permitir.
}
post-not-edited = Não editada: { $link } ({ $reason })
post-not-edited-direct = Não editada: uma mensagem direta ({ $reason })
post-edit-failed = { $link } ainda mostra conteúdo desfeito ou apagado. O Newsdesk não conseguiu editar: { $reason }. Apague manualmente.
post-items-removed = { $count ->
    [1] 1 item foi removido desta mensagem.
    [many] { $count } de itens foram removidos desta mensagem.
   *[other] { $count } itens foram removidos desta mensagem.
}
post-since-undone = { $count ->
    [0] comentários desfeitos depois
    [1] 1 item desfeito depois
    [many] { $count } de itens desfeitos depois
   *[other] { $count } itens desfeitos depois
}
post-since-edited = { $count ->
    [0] editada depois
    [1] editada depois: 1 item removido
    [many] editada depois: { $count } de itens removidos
   *[other] editada depois: { $count } itens removidos
}
post-since-emptied = apagada depois: não sobrou nada dela
post-since-deleted = mensagem apagada depois
post-since-waiting = aguardando edição
post-since-not-edited = não editada: { $reason }

## Follows

follow-search-narrowed = “{ $query }” ({ $filters })
follow-everything = tudo ({ $filters })
follow-comments = comentários novos em “{ $title }”
follow-comments-gone = comentários novos em uma notícia removida
follow-added = Você está seguindo { $what }. Quando chegar algo novo, você recebe uma mensagem direta.
follow-added-here = { $channel } está seguindo { $what }. Quando chegar algo novo, o Newsdesk publica lá.
follow-known = Você já segue { $what }.
follow-known-here = { $channel } já segue { $what }.
follow-direct-limits = Se você não aceitar mensagens diretas, o alerta fica pausado.
follow-now-muted = Silenciado: { $what }. Retome ou remova em { $list }.
follow-now-resumed = Retomado: { $what }. Os avisos voltam na próxima carga.
follow-now-removed = Você deixou de seguir { $what }.
follow-none = Você ainda não segue nada aqui. Siga uma busca com { $add } ou aperte **Seguir** abaixo dos resultados de uma busca ou de uma notícia.
follow-own = **Seus alertas**, por mensagem direta
follow-channels = **Alertas do canal**
follow-held-back = { $count ->
    [1] 1 carga das últimas 24 horas passou do seu limite diário. Veja o que ela trouxe com { $catchup }.
    [many] { $count } de cargas das últimas 24 horas passaram do seu limite diário. Veja o que elas trouxeram com { $catchup }.
   *[other] { $count } cargas das últimas 24 horas passaram do seu limite diário. Veja o que elas trouxeram com { $catchup }.
}
follow-choose = Escolha um alerta…
follow-choose-mute = Silenciar…
follow-mute = Silenciar
follow-resume = Retomar
follow-remove = Remover
follow-here = Seguir aqui também
follow-active = ativo
follow-muted = silenciado
follow-paused = pausado: { $reason }
follow-paused-notice = { $count ->
    [1] 1 alerta em { $channel } está pausado: { $reason }. Resolva isso e retome em { $list }.
    [many] { $count } de alertas em { $channel } estão pausados: { $reason }. Resolva isso e retome em { $list }.
   *[other] { $count } alertas em { $channel } estão pausados: { $reason }. Resolva isso e retome em { $list }.
}
follow-reason-direct-refused = as mensagens diretas do Newsdesk estão bloqueadas
follow-reason-discord-refused = o Discord recusou a mensagem
follow-reason-left = não é mais membro do servidor

### Notices of follows

follow-heading = Novidades: { $what }
follow-heading-comments = Comentários novos em { $title }
follow-new-comments = { $count ->
    [1] 1 comentário novo
    [many] { $count } de comentários novos
   *[other] { $count } comentários novos
}
follow-threads-at-least = { $count ->
    [1] pelo menos 1 discussão
    [many] pelo menos { $count } de discussões
   *[other] pelo menos { $count } discussões
}
follow-more = { $count ->
    [1] e mais 1
    [many] e mais { $count }
   *[other] e mais { $count }
}
follow-more-at-least = { $count ->
    [1] e pelo menos mais 1
    [many] e pelo menos mais { $count }
   *[other] e pelo menos mais { $count }
}
follow-show-all = Mostrar tudo
follow-show-all-for = Tudo: { $what }
follow-last-today = Esta é a última mensagem de alertas aqui hoje. { $catchup } mostra o resto; a moderação pode aumentar o limite em { $settings }.
follow-in-server = Você segue isto em { $server }.
follow-help =
    ### Seguir
    { $add } segue uma busca. Quando chegam notícias que correspondem a ela, você recebe uma mensagem direta com as manchetes. Quem é da moderação ou pode gerenciar um canal também pode receber os avisos nele: basta escolher em `canal`.
    O botão **Seguir** abaixo dos resultados de uma busca faz o mesmo. Abaixo de uma notícia, ele segue os comentários.
    Cada notícia é anunciada uma vez, por mais comentários que receba depois. Se uma carga é desfeita e feita de novo, as notícias dela contam como novas. Um canal recebe uma mensagem por carga para todos os seus alertas.
    {"**"}Silenciar** interrompe um alerta até você retomar em { $list }. { $remove } remove o alerta.
    A moderação define quantas mensagens por dia um lugar recebe. { $catchup } sempre mostra tudo desde a sua última visita.
    { $digest } envia um boletim nos horários que você escolher. **Deixar de fora…** filtra o que um alerta ou boletim mostra.
    -# Notícias marcadas como 18+ só são anunciadas em canais com restrição de idade. Se você não aceitar mensagens diretas ou sair do servidor, seus alertas ficam pausados.

## Catch-up

catch-up-heading = ### Novidades desde { $time }, { $ago }
catch-up-first = Esta é sua primeira visita, então aqui estão os últimos 7 dias. Na próxima, você verá o que chegou desde esta.
catch-up-nothing = Nada foi carregado nem publicado desde então. Use { $add } para saber quando chegar algo novo.
catch-up-loaded = **Carregado**
catch-up-counts = { $articles ->
    [0] nenhuma notícia nova
    [1] 1 notícia nova
    [many] { $articles } de notícias novas
   *[other] { $articles } notícias novas
}, { $comments ->
    [0] nenhum comentário novo
    [1] 1 comentário novo
    [many] { $comments } de comentários novos
   *[other] { $comments } comentários novos
}
catch-up-shared-load = acervo compartilhado
catch-up-more-loads = { $count ->
    [1] e mais 1 carga
    [many] e mais { $count } de cargas
   *[other] e mais { $count } cargas
}
catch-up-posted = { $count ->
    [1] **Publicado** · 1 boletim ou aviso
    [many] **Publicado** · { $count } de boletins e avisos
   *[other] **Publicado** · { $count } boletins e avisos
}
catch-up-paused = Seu alerta { $number } ({ $what }) está pausado: { $reason }. Retome em { $list }.

## Settings

settings-title = ### Configurações do servidor
settings-moderators = **Moderação:** membros com a permissão Gerenciar servidor
settings-moderators-and-role = **Moderação:** membros com a permissão Gerenciar servidor ou { $role }
settings-shared-archive = { $state ->
    [on] **Acervo compartilhado:** ligado. As buscas incluem o acervo de quem opera o bot.
   *[off] **Acervo compartilhado:** desligado. As buscas só encontram o que foi carregado aqui.
}
settings-adult = { $state ->
    [on] **Notícias 18+:** só em canais com restrição de idade
   *[off] **Notícias 18+:** ocultas
}
settings-pseudonyms = { $state ->
    [on] **Quem comenta** aparece como Comentarista A, B, C, e as letras mudam a cada discussão. Nomes dentro dos comentários ficam.
   *[off] **Quem comenta** aparece com o nome.
}
settings-digests = **Boletins novos** saem em { $channel }, a menos que você escolha outro canal.
settings-digests-anywhere = **Boletins novos** saem onde são criados, a menos que você escolha outro canal.
settings-digest-zone = **Fuso horário dos boletins:** { $zone }
settings-digest-languages = **Idiomas dos boletins:** { $languages }
settings-leave-out = **Boletins e avisos:** { $what }
settings-any-language = qualquer idioma
settings-notices = **Se um boletim é pausado,** a moderação recebe um aviso em { $channel }.
settings-notices-to-maker = **Se um boletim é pausado,** quem o criou recebe uma mensagem direta.
settings-follows = { $count ->
    [1] **Alertas** enviam no máximo 1 mensagem por dia a um mesmo lugar. Mude isso com `alertas-por-dia`.
    [many] **Alertas** enviam no máximo { $count } de mensagens por dia a um mesmo lugar. Mude isso com `alertas-por-dia`.
   *[other] **Alertas** enviam no máximo { $count } mensagens por dia a um mesmo lugar. Mude isso com `alertas-por-dia`.
}
settings-language = **Idioma das publicações:** { $language }
settings-language-of-server = **Idioma das publicações:** { $language }, o do servidor
settings-note = O Discord mostra /archive, /digest, /settings, /status e /audit a quem tem a permissão Gerenciar servidor. Para mostrá-los também ao cargo de moderação, adicione o cargo em Configurações do servidor > Integrações > Newsdesk. Para importar um arquivo exportado, anexe-o em /settings.
permissions-complete = **Permissões:** o Newsdesk tem todas as de que precisa em #{ $channel }.
permissions-missing = { $count ->
    [one] **Falta 1 permissão ao Newsdesk em #{ $channel }**
    [many] **Faltam { $count } permissões ao Newsdesk em #{ $channel }**
   *[other] **Faltam { $count } permissões ao Newsdesk em #{ $channel }**
}
permissions-item = - {"**"}{ $permission }**: { $why }
permissions-why = { $permission ->
    [view_channel] para ver o canal
    [send_messages] para publicar boletins, avisos, cartões compartilhados e respostas a menções
    [send_messages_in_threads] para responder em tópicos
    [create_public_threads] para abrir tópicos de discussão e de boletins
    [attach_files] para anexar gráficos, exportações e listas de linhas rejeitadas
   *[read_message_history] para encontrar as próprias publicações e não publicar nada duas vezes
}
permissions-what-to-do = Abra as configurações do canal, escolha Permissões e permita isso ao cargo do Newsdesk.
permissions-no-channel = { $server } não tem nenhum canal de texto em que o Newsdesk possa publicar. Crie um e verifique de novo.
settings-role-placeholder = Cargo de moderação
settings-digest-placeholder = Canal dos boletins novos
settings-notices-placeholder = Canal de avisos à moderação
settings-languages-placeholder = Idiomas das notícias nos boletins: qualquer um
settings-language-placeholder = Idioma das publicações: o do servidor
settings-switch-shared = { $to ->
    [on] Ligar acervo compartilhado
   *[off] Desligar acervo compartilhado
}
settings-switch-adult = { $to ->
    [on] Mostrar notícias 18+
   *[off] Ocultar notícias 18+
}
settings-switch-names = { $to ->
    [on] Ocultar nomes
   *[off] Mostrar nomes
}
settings-zone = Fuso horário…
settings-zone-title = Fuso horário dos boletins
settings-zone-label = Região/Cidade, como America/Sao_Paulo
settings-export = Exportar

### Settings as a file

settings-exported = **Arquivo de configurações:** as configurações deste servidor, { $digests ->
    [0] nenhum boletim
    [1] 1 boletim
    [many] { $digests } de boletins
   *[other] { $digests } boletins
} e { $follows ->
    [0] nenhum alerta de canal
    [1] 1 alerta de canal
    [many] { $follows } de alertas de canal
   *[other] { $follows } alertas de canal
}. Os alertas dos membros são particulares e não estão incluídos.
settings-import = ### Importar estas configurações?
settings-imported = **Configurações importadas.**
settings-not-imported = Importação cancelada. Nada mudou.
settings-import-nothing = Tudo o que há nesse arquivo já está configurado aqui.
settings-import-confirm = Importar
settings-import-digests = { $count ->
    [1] 1 boletim novo
    [many] { $count } de boletins novos
   *[other] { $count } boletins novos
}
settings-import-follows = { $count ->
    [1] 1 alerta novo
    [many] { $count } de alertas novos
   *[other] { $count } alertas novos
}
settings-import-already = { $count ->
    [1] 1 dos boletins e alertas do arquivo já está aqui.
    [many] { $count } dos boletins e alertas do arquivo já estão aqui.
   *[other] { $count } dos boletins e alertas do arquivo já estão aqui.
}
settings-import-left-out = { $count ->
    [1] 1 fica de fora: o canal ou a notícia não está aqui, você ou o Newsdesk não pode publicar lá, ou os nomes estão ocultos.
    [many] { $count } ficam de fora: os canais ou as notícias não estão aqui, você ou o Newsdesk não pode publicar lá, ou os nomes estão ocultos.
   *[other] { $count } ficam de fora: os canais ou as notícias não estão aqui, você ou o Newsdesk não pode publicar lá, ou os nomes estão ocultos.
}
settings-state = { $state ->
    [on] ligado
   *[off] desligado
}
settings-none = nenhum
settings-field-moderator-role = Cargo de moderação
settings-field-shared-archive = Acervo compartilhado
settings-field-zone = Fuso horário
settings-field-moderator-channel = Canal de avisos à moderação
settings-field-digest-channel = Canal dos boletins novos
settings-field-languages = Idiomas das notícias nos boletins
settings-field-leave-out = O que fica de fora
settings-field-language = Idioma das publicações
settings-field-adult = Conteúdo 18+
settings-field-pseudonyms = Uso de letras no lugar de nomes
settings-field-follow-cap = Mensagens de alertas por dia
settings-places-where = { $rule ->
    [nowhere] **Os membros ainda não podem publicar com o Newsdesk** em nenhum canal. Escolha alguns abaixo.
    [only] **Os membros podem publicar com o Newsdesk** só em { $channels }.
    [except] **Os membros podem publicar com o Newsdesk** em qualquer canal, exceto { $channels }.
   *[everywhere] **Os membros podem publicar com o Newsdesk** em todos os canais.
}
settings-mentions = { $state ->
    [on] **Menções** são respondidas nesses canais.
   *[off] **Menções** não são respondidas.
}
settings-places = Canais…
settings-places-title = ### Onde os membros podem publicar com o Newsdesk
settings-places-note = Isto vale para cartões compartilhados, tópicos de discussão e respostas a menções. Os tópicos seguem o canal deles. Nos outros lugares, os comandos respondem em particular. Boletins e alertas saem nos canais escolhidos para eles.
settings-places-rule = { $rule ->
    [only] Só estes canais
    [except] Todos os canais menos estes
   *[everywhere] Todos os canais
}
settings-places-placeholder = Canais e categorias
settings-places-back = Voltar às configurações
settings-switch-mentions = { $to ->
    [on] Responder a menções
   *[off] Parar de responder a menções
}
settings-field-posting-rule = Onde os membros podem publicar
settings-field-posting-channels = Canais dessa regra
settings-field-answers-mentions = Respostas a menções

## Privacy

privacy-question = **Esquecer { $name }?**
privacy-found = Aqui: { $what }, em { $threads ->
    [1] 1 discussão
    [many] { $threads } de discussões
   *[other] { $threads } discussões
}.
privacy-found-nothing = Ninguém com esse nome escreveu nem publicou nada aqui.
privacy-found-part = Este acervo é grande demais para contar tudo de uma vez; pode haver mais.
privacy-nearest = Nomes parecidos aqui: { $names }.
privacy-effect =
    Tudo o que essa pessoa publicou e comentou fica sem texto, e o nome dela some de todo lugar. As respostas ficam, abaixo de “[deleted]”. Nada disso volta, nem com arquivos carregados depois, nem ao desfazer uma carga.
    {"**"}Não dá para desfazer isto.**
privacy-limits = O Newsdesk também edita as próprias publicações que citam essa pessoa, onde o Discord permite. Ficam como estão: o acervo compartilhado, que só quem opera o bot pode alterar, e o que outras pessoas escreveram sobre ela.
privacy-confirm = Esquecer de vez
privacy-keep-out = Deixar fora das próximas cargas
privacy-erasing = **Esquecendo { $name }…** Em um acervo grande, isso pode demorar um pouco.
privacy-erased = **O nome { $name } foi esquecido.** A pedido de { $by }.
privacy-erased-counts = Sem texto agora: { $comments ->
    [0] nenhum comentário
    [1] 1 comentário
    [many] { $comments } de comentários
   *[other] { $comments } comentários
} e { $articles ->
    [0] nenhuma notícia
    [1] 1 notícia
    [many] { $articles } de notícias
   *[other] { $articles } notícias
}.
privacy-erased-nothing = Não havia nada com esse nome aqui. Cargas futuras vão deixá-lo de fora.
privacy-erased-limits = Cargas futuras não trazem nada disso de volta. As cópias e citações que os membros fizeram não mudam.

## The audit list: who did what, and when

audit-title = { $count ->
    [one] **Registro** · { $count } item
    [many] **Registro** · { $count } de itens, do mais novo ao mais antigo
   *[other] **Registro** · { $count } itens, do mais novo ao mais antigo
}
audit-none = Nada aqui ainda. Aparecem aqui as cargas, as cargas desfeitas, os autores esquecidos, as exportações e as mudanças nas configurações, nos boletins e nos filtros dos alertas de canais.
audit-note = Os itens ficam guardados por um ano. Os nomes de autores esquecidos não são guardados.
audit-load = { $state ->
    [done] Carga { $load }: { $name }
    [cancelled] Carga { $load }: { $name }, cancelada
   *[failed] Carga { $load }: { $name }, com falha
}
audit-load-paused = Carga { $load } pausada
audit-load-resumed = Carga { $load } retomada
audit-undo = Carga { $load } desfeita
audit-forget = Um autor foi esquecido
audit-purge = Quem opera o bot excluiu uma parte do acervo
audit-request-declined = Um pedido de esquecimento foi recusado
audit-export = { $what ->
    [thread] Uma discussão exportada em { $format }
    [search] Uma busca exportada em { $format }
   *[archive] O acervo exportado em { $format }
}
audit-setting = { $setting }: { $old } → { $new }
audit-digest = { $what ->
    [created] Boletim { $digest } criado
    [edited] Boletim { $digest } editado
    [paused] Boletim { $digest } pausado
    [resumed] Boletim { $digest } retomado
    [deleted] Boletim { $digest } excluído
   *[run] Boletim { $digest } publicado fora do horário
}
audit-follow-filters = Filtros do alerta { $follow } em { $channel }: { $old } → { $new }
privacy-backups = Os backups anteriores ainda contêm tudo isso.
privacy-backup = { $name } ({ $day })
privacy-backups-known = Estes backups anteriores ainda contêm tudo isso, até que quem opera o bot os apague: { $backups }.

## What is stored about a member (/privacy mine)

mine-title = **O que o Newsdesk guarda sobre você**
mine-nothing = O Newsdesk não guarda nada com o seu ID do Discord.
mine-authors = Isto é sobre a sua conta do Discord. Para remover notícias e comentários que você escreveu em outro lugar, use { $request }.
mine-follows = { $count ->
    [one] { $count } alerta nas suas mensagens diretas
    [many] { $count } de alertas nas suas mensagens diretas
   *[other] { $count } alertas nas suas mensagens diretas
}
mine-own-digests = { $count ->
    [one] { $count } boletim nas suas mensagens diretas
    [many] { $count } de boletins nas suas mensagens diretas
   *[other] { $count } boletins nas suas mensagens diretas
}
mine-channel-follows = { $count ->
    [one] { $count } alerta que você criou para um canal
    [many] { $count } de alertas que você criou para canais
   *[other] { $count } alertas que você criou para canais
}
mine-digests = { $count ->
    [one] { $count } boletim que você planejou
    [many] { $count } de boletins que você planejou
   *[other] { $count } boletins que você planejou
}
mine-shared = { $count ->
    [one] { $count } cartão que você compartilhou ou publicou
    [many] { $count } de cartões que você compartilhou ou publicou
   *[other] { $count } cartões que você compartilhou ou publicou
}
mine-messages = { $count ->
    [one] O registro de { $count } mensagem enviada a você
    [many] Os registros de { $count } de mensagens enviadas a você
   *[other] Os registros de { $count } mensagens enviadas a você
}
mine-visits = { $count ->
    [one] Quando você usou o bot pela última vez, em { $count } servidor
    [many] Quando você usou o bot pela última vez, em { $count } de servidores
   *[other] Quando você usou o bot pela última vez, em { $count } servidores
}
mine-searches = { $count ->
    [one] { $count } busca salva
    [many] { $count } de buscas salvas
   *[other] { $count } buscas salvas
}
mine-requests = { $count ->
    [one] { $count } pedido de esquecimento
    [many] { $count } de pedidos de esquecimento
   *[other] { $count } pedidos de esquecimento
}
mine-tokens = Seu uso do modelo de linguagem hoje, até a meia-noite UTC
mine-audit = { $count ->
    [one] { $count } item no registro da moderação, por um ano
    [many] { $count } de itens no registro da moderação, por um ano
   *[other] { $count } itens no registro da moderação, por um ano
}
mine-loads = { $count ->
    [one] Seu nome no relatório de { $count } carga
    [many] Seu nome nos relatórios de { $count } de cargas
   *[other] Seu nome nos relatórios de { $count } cargas
}
mine-kept = Perguntas e buscas não são guardadas com o seu nome. Relatórios, pedidos, contagens de tokens e o registro não podem ser excluídos aqui.
mine-delete = Excluir
mine-question = **Excluir o que o Newsdesk guarda sobre você?**
mine-effect = Isto exclui os seus próprios alertas, boletins e buscas salvas, as suas últimas visitas e os registros de mensagens enviadas a você, que não poderão mais ser corrigidas. Boletins, alertas de canais e cartões compartilhados ficam, sem o seu nome.
mine-confirm = Excluir de vez
mine-deleted = **Os seus dados foram excluídos.** As cópias de segurança os mantêm até serem excluídas.

## The privacy policy

policy-title = ### Política de privacidade
policy-text =
    O Newsdesk guarda as notícias e os comentários que a moderação e quem opera o bot carregam, com os nomes dos autores como foram publicados. O acervo de um servidor só é visível nesse servidor. O acervo compartilhado é visível em todos os que não o desativaram.
    Também guarda as configurações, os boletins e os alertas de cada servidor, com o ID do Discord e o nome de quem os criou; os IDs das próprias mensagens, para corrigi-las ou excluí-las; e quando cada membro usou o bot pela última vez em um servidor.
    Só lê mensagens que o mencionam, respondem a ele ou são enviadas a ele. Os dados nunca são vendidos, nem usados em publicidade ou para treinar modelos.
policy-no-log = As perguntas não são guardadas.
policy-log = Quem opera o bot guarda as perguntas, sem o nome nem o ID de quem pergunta.
policy-model = As perguntas e as citações encontradas são enviadas a um modelo de linguagem, sem nomes de membros nem de quem comentou.
policy-retention = **Prazos**: registros de publicações por { $posts } dias, visitas por { $visits } dias, o registro da moderação por { $audit } dias. Acervos e configurações ficam até que a moderação ou quem opera o bot os exclua.
policy-purged = { $days ->
    [one] **Quando um servidor remove o bot**, o acervo e as configurações dele são excluídos de vez depois de { $days } dia.
    [many] **Quando um servidor remove o bot**, o acervo e as configurações dele são excluídos de vez depois de { $days } de dias.
   *[other] **Quando um servidor remove o bot**, o acervo e as configurações dele são excluídos de vez depois de { $days } dias.
}
policy-stays = **Quando um servidor remove o bot**, os dados dele ficam até que quem opera o bot os exclua.
policy-contact = **Contato**: { $contact }
policy-no-contact = **Contato**: quem opera este bot não informou nenhum. Pergunte à moderação deste servidor.
policy-commands = { $mine } mostra e exclui o que está guardado sobre você. { $request } pede que você seja esquecido como autor.

## Requests to be forgotten

request-sent = **O seu pedido está com a moderação.** Ela decide se tudo o que { $name } escreveu sai do acervo deste servidor, e pode pedir uma prova de que é você. Você recebe a decisão por mensagem direta, se as aceitar.
request-shared = Isto é sobre o acervo próprio deste servidor. O acervo compartilhado é de quem opera o bot.
request-shared-contact = Isto é sobre o acervo próprio deste servidor. Para o acervo compartilhado, fale com quem opera o bot: { $contact }
request-none = Não há pedidos em aberto.
request-more = { $count ->
    [one] Mais { $count } pedido está esperando.
    [many] Mais { $count } de pedidos estão esperando.
   *[other] Mais { $count } pedidos estão esperando.
}
request-card = **Pedido de esquecimento**
    { $member } pede que tudo o que **{ $name }** escreveu saia do acervo deste servidor.
request-check = Confira antes se é mesmo essa pessoa, por exemplo com uma mensagem da conta com que ela escreveu.
request-grant = Esquecer de vez
request-decline = Recusar
request-decided = { $what ->
    [granted] **Pedido aceito** por { $by }. O autor que { $member } indicou foi esquecido.
   *[declined] **Pedido recusado** por { $by }. Nada mudou para { $member }.
}
request-answer = { $what ->
    [granted] A moderação de { $server } aceitou o seu pedido: o autor que você indicou foi esquecido no acervo.
   *[declined] A moderação de { $server } recusou o seu pedido de esquecimento. Você pode perguntar o motivo.
}
request-owner = Alguém em { $server } pede para ser esquecido como autor. Use { $command } lá para decidir. Para receber esses pedidos em um canal, escolha um para a moderação nas configurações.

## Command line: help

cli-about = O Newsdesk é um acervo pesquisável de notícias e das discussões sobre elas.
cli-audit = Ver quem carregou, desfez, esqueceu ou mudou o quê
cli-audit-about = Só este tipo de ação
cli-audit-offset = Pular esta quantidade de registros
cli-export = Exportar uma discussão, uma busca ou o acervo
cli-export-loads-again = O NDJSON é carregado de novo nas mesmas linhas. A exportação vai para a saída padrão ou para --output.
cli-export-thread = só esta notícia com os comentários, por ID ou título
cli-export-search = só as discussões desta busca, no máximo 500
cli-export-format = markdown, csv ou ndjson, que pode ser carregado de novo (padrão)
cli-export-output = o arquivo a gravar
cli-exit-codes = Códigos de saída: 0 feito, 1 não encontrado, 2 entrada inválida, 69 sem contato com o Discord. Uma lista vazia é 0.
cli-usage = uso:
cli-heading-commands = comandos
cli-heading-arguments = argumentos
cli-heading-options = opções
cli-help = Mostrar esta ajuda
cli-version = Mostrar a versão
cli-data = Pasta dos bancos de dados (padrão: NEWSDESK_DATA ou “data”)
cli-guild = Usar o acervo deste servidor do Discord, e não o compartilhado
cli-json = Imprimir um objeto JSON, para programas

cli-article-id = O número, a chave (t3_…) ou o título de uma notícia
cli-source = Só este site, como courier.example
cli-after = A partir desta data, como 2024-03-12
cli-before = Antes desta data
cli-limit = Mostrar no máximo esta quantidade (padrão: { $default })

cli-article = Mostrar uma notícia e seus comentários
cli-article-comments = Mostrar no máximo esta quantidade de comentários, os mais recentes (padrão: todos)
cli-article-newest = Mostrar os comentários mais recentes primeiro, sem recuar as respostas
cli-ask = Fazer uma pergunta e receber uma resposta com citações do acervo
cli-ask-question = Sua pergunta, com as suas palavras
cli-ask-article = Perguntar só sobre esta notícia e seus comentários
cli-ask-exit-code = O código de saída é 1 quando o acervo não tem resposta.
cli-backup = Fazer um backup dos dados e verificá-lo; funciona com o bot rodando
cli-backup-target = Pasta do backup
cli-restore = Restaurar um backup; os arquivos atuais são guardados à parte
cli-restore-folder = Pasta do backup
cli-check = Verificar os bancos de dados e dizer como consertar o que estiver errado
cli-check-repair = Refazer um índice de busca quebrado
cli-comments = Mostrar o que dizem sobre uma notícia
cli-comments-list = Listar os comentários em vez disso
cli-comments-order = Como ordenar a lista (padrão: thread)
cli-comments-hide-bots = Deixar de fora comentários de bots
cli-comments-one-thread = Listar só a discussão desta notícia, sem as outras
cli-comments-timeline = newsdesk timeline { $id } mostra essas discussões.
cli-comments-replies = Listar só as respostas a este comentário
cli-comments-offset = Pular esta quantidade de comentários
cli-deliveries = Mostrar se os boletins programados foram publicados
cli-deliveries-schedule = Só este boletim
cli-follows = Listar o que canais e membros seguem
cli-follows-remove = Remover este alerta
cli-forget = Apagar de vez o nome e as palavras de um autor
cli-forget-everywhere = Sem --guild, vale para todos os acervos.
cli-forget-what = O que esquecer
cli-forget-name = O nome do autor; maiúsculas não fazem diferença
cli-forget-dry-run = Mostrar o que seria apagado, sem apagar
cli-forget-keep-out = Esquecer este nome mesmo que o arquivo não tenha nada dele
cli-purge = Apagar de vez notícias e seus comentários, por data, fonte ou subreddit
cli-purge-permanent = Com --guild, no acervo desse servidor; sem ela, no compartilhado. Não dá para desfazer: faça um backup antes.
cli-purge-subreddit = Só este subreddit
cli-purge-all = O acervo inteiro, com a lista das suas cargas
cli-purge-dry-run = Mostrar o que seria apagado, sem apagar
cli-load = Carregar notícias e comentários de arquivos
cli-load-path = Arquivos e pastas a carregar, soltos ou em .zip, .tar, .gz, .xz ou .zst
cli-load-resume = Retomar esta carga, ou a última que parou ou falhou
cli-load-name = Nome da carga (padrão: o nome do primeiro arquivo)
cli-load-dry-run = Mostrar o que seria carregado, sem carregar
cli-load-subreddit = Só este subreddit; pode ser repetido
cli-load-min-score = Só o que tiver pelo menos esta pontuação
cli-load-min-length = Só comentários com pelo menos este número de caracteres
cli-load-over-18 = Incluir conteúdo 18+, que normalmente fica de fora
cli-load-filters = Os filtros valem para cada notícia e cada comentário. Páginas de notícias não têm subreddit nem pontuação.
cli-loads = Listar as cargas recentes
cli-loads-rejected = Mostrar tudo o que esta carga rejeitou, um objeto JSON por linha
cli-mcp = Deixar ferramentas de IA lerem o acervo por MCP
cli-related = Encontrar notícias relacionadas a outra
cli-timeline = Ver como um fato foi noticiado e suas discussões
cli-run = Rodar o bot (precisa de DISCORD_TOKEN)
cli-run-shards = rodar como um de vários processos: seus shards, como 0-3/16, ou auto para uma parte igual dos que o Discord recomenda
cli-schedules = Listar os boletins programados
cli-search = Buscar notícias e seus comentários
cli-search-query = Palavras, "frase exata", -sem, uma OR outra, começo*
cli-search-in = Onde procurar (padrão: nos dois)
cli-search-author = Só notícias ou comentários desta pessoa
cli-search-order = Como ordenar os resultados (padrão: relevance)
cli-search-offset = Pular esta quantidade de resultados
cli-browse = Explore o acervo por fonte, subreddit, flair, dia ou mês
cli-browse-by = O critério; sem ele, lista as notícias mais recentes
cli-browse-value = Só as notícias desta fonte, subreddit, flair, dia (2024-03-12) ou mês (2024-03)
cli-stats-by = Conte as discussões por mês, fonte ou subreddit
cli-trend = Mostra quantos textos correspondem a uma busca ao longo do tempo
cli-stats = Mostrar o que há no acervo
cli-status = Mostrar a situação do bot, das cargas e das publicações
cli-status-running = mostrar só se o bot está conectado ao Discord; se não, código de saída 1
cli-summary = Mostrar as frases principais de uma notícia
cli-try = Testar o bot no navegador, sem o Discord
cli-try-port = Porta da página local (padrão: qualquer uma livre)
cli-try-data = Guardar o acervo nesta pasta (padrão: nada é guardado)
cli-undo = Desfazer uma carga
cli-undo-load = O número da carga

## Command line: mistakes in what was typed

cli-mistake-in = { $argument_name }: { $message }
cli-mistake-missing = Falta: { $value }
cli-mistake-missing-one = Informe um destes: { $value }
cli-mistake-unknown = Não reconhecido: { $value }
cli-mistake-conflict = Não pode ser usado com { $value }
cli-mistake-unwanted-value = Não aceita valor, mas { $value } foi informado
cli-mistake-no-value = Precisa de um valor
cli-mistake-ambiguous = { $option } pode significar { $matches }
cli-mistake-choice = { $value } não é uma destas opções: { $choices }
cli-mistake-example = Digite: { $example }
cli-not-an-author = “{ $text }” não é o nome de um autor
cli-not-a-server = “{ $text }” não é o ID de um servidor do Discord
cli-not-shards = “{ $text }” não é auto nem uma indicação de shards como 0-3/16
cli-not-a-number = “{ $text }” não é um número inteiro de { $minimum } a { $maximum }

## Command line: what it prints

cli-undated = sem data
cli-by = por { $name }, { $time }
cli-posted-by = publicada por { $author }
cli-commenter = comentarista { $author }
cli-headline = manchete
cli-article-number = notícia { $id }
cli-comment-number = comentário { $id }
cli-digest-number = boletim { $id }
cli-server = servidor { $id }
cli-channel = canal { $id }
cli-member = membro { $id }

cli-search-found = { $count ->
    [1] 1 discussão para { $query }
    [many] { $count } de discussões para { $query }
   *[other] { $count } discussões para { $query }
}
cli-search-more = Mais de { $count } discussões para { $query }
cli-search-respelt = Nenhuma discussão para { $query }. Mostrando { $count ->
    [1] 1 para { $instead }
    [many] { $count } para { $instead }
   *[other] { $count } para { $instead }
}
cli-summary-sentences = { $shown } de { $count ->
    [1] 1 frase
    [many] { $count } de frases
   *[other] { $count } frases
}

cli-ask-differs = Outra fonte diz algo diferente
cli-ask-supporters = { $count } de { $read ->
    [1] 1 comentário
    [many] { $read } de comentários
   *[other] { $read } comentários
}

cli-digest-disputed-figures = { $count ->
    [1] 1 pessoa contesta a notícia: { $theirs }, e não { $ours }
    [many] { $count } de pessoas contestam a notícia: { $theirs }, e não { $ours }
   *[other] { $count } pessoas contestam a notícia: { $theirs }, e não { $ours }
}
cli-digest-busiest = { $count ->
    [1] Pico: 1 comentário em { $span }, a partir de { $time }
    [many] Pico: { $count } de comentários em { $span }, a partir de { $time }
   *[other] Pico: { $count } comentários em { $span }, a partir de { $time }
}

cli-loading = Carregando
cli-load-waiting = Esperando outra carga terminar
cli-load-ended = { $state ->
    [done] { $name }: carga concluída em { $duration }
    [cancelled] { $name }: carga cancelada após { $duration }
    [paused] { $name }: carga parada após { $duration }
   *[failed] { $name }: não foi possível carregar tudo; a carga parou após { $duration }
}
cli-load-preview = Seria carregado: { $articles ->
    [1] 1 notícia
    [many] { $articles } de notícias
   *[other] { $articles } notícias
} e { $comments ->
    [1] 1 comentário
    [many] { $comments } de comentários
   *[other] { $comments } comentários
}
cli-load-not-written = Nada foi carregado. Rode o comando sem --dry-run para carregar.
cli-load-rejected = { $count ->
    [1] 1 rejeitado:
    [many] { $count } rejeitados:
   *[other] { $count } rejeitados:
}
cli-load-more-rejected = e mais { $count }
cli-load-rejects-file = Lista completa: { $path }
cli-load-rejects-command = newsdesk loads --rejected { $load }
cli-load-resume-hint = Para continuar: newsdesk load --resume { $load }
cli-load-undo-hint = Para desfazer: newsdesk undo { $load }
cli-loads-none = Nada carregado ainda. Comece com: newsdesk load ARQUIVO
cli-forget-done = Sem texto agora: { $articles ->
    [1] 1 notícia
    [many] { $articles } de notícias
   *[other] { $articles } notícias
} e { $comments ->
    [1] 1 comentário
    [many] { $comments } de comentários
   *[other] { $comments } comentários
}. O nome do autor foi apagado de todo lugar. Carregar um dump de novo não traz nada de volta.
cli-forget-nothing = Não há nada deste autor. Dumps carregados depois também não vão trazer nada dele.
cli-forget-unknown = Nada foi alterado. Se este nome não foi esquecido antes, os próximos carregamentos podem trazê-lo; use --keep-out para evitar isso.

cli-schedules-none = Nenhum boletim programado. A moderação cria boletins no Discord com /digest create.
cli-next = próxima edição { $time }
cli-deliveries-none = Nenhum boletim teve hora de sair ainda. Para ver o que está programado: newsdesk schedules
cli-follows-none = Nenhum alerta ainda. Os membros criam alertas no Discord com /follow add.
cli-audit-none = Nenhum registro ainda.
cli-export-done = Exportado para { $path }: { $articles ->
    [one] { $articles } notícia
    [many] { $articles } de notícias
   *[other] { $articles } notícias
} e { $comments ->
    [one] { $comments } comentário
    [many] { $comments } de comentários
   *[other] { $comments } comentários
}.
cli-audit-shared = acervo compartilhado
cli-follows-removed = Alerta { $id } removido: { $what }.

cli-stats-articles = { $articles ->
    [1] 1 notícia
    [many] { $articles } de notícias
   *[other] { $articles } notícias
} de { $sources ->
    [1] 1 fonte
    [many] { $sources } de fontes
   *[other] { $sources } fontes
}
cli-stats-size = { $size } em disco
cli-transfer = transferir o acervo para outro banco de dados
cli-transfer-to = o endereço de um banco PostgreSQL, ou uma pasta para SQLite
cli-transfer-copying = Copiando { $table }: { $done } de { $total } linhas
cli-transfer-comparing = Comparando { $table }: { $done } de { $total } linhas
cli-transfer-stopped = Interrompido. Execute o mesmo comando de novo para continuar.
cli-transferred =
    { $rows ->
        [one] { $rows } linha copiada e comparada.
        [many] { $rows } de linhas copiadas e comparadas.
       *[other] { $rows } linhas copiadas e comparadas.
    }
cli-transferred-url = Defina DATABASE_URL com esse endereço e inicie o bot. O banco antigo não mudou.
cli-transferred-folder = Deixe DATABASE_URL vazio, defina NEWSDESK_DATA como { $folder } e inicie o bot. O banco antigo não mudou.
cli-backup-restore = Verificado. Para restaurá-lo, pare o bot e execute: newsdesk restore { $folder }
cli-restored = { $folder } foi restaurado.
cli-restored-check = Os textos estão intactos, mas outra coisa está errada. newsdesk check diz o que fazer.
cli-restored-aside = Os arquivos de antes estão em { $folder }. Apague-os quando estiver tudo certo.
cli-upgrade-backup = Backup antes da atualização ({ $size }): { $part }
cli-upgrade-running = Atualizando { $file }, tempo decorrido: { $duration }.
cli-upgrade-done = { $file } foi atualizado em { $duration }. Para voltar, execute newsdesk restore { $backup } e use a versão anterior.
cli-check-ok = OK
cli-check-broken = com problema

## Command line: what "newsdesk check" finds: what was checked, the result, and what to do

check-pages = { $file }: páginas
check-pages-good = intactas
check-schema = { $file }: tabelas
check-schema-good = completas
check-schema-bad = faltando ou errado: { $names }
check-references = { $file }: referências
check-references-good = completas
check-references-bad = { $count ->
    [1] 1 não leva a lugar nenhum
    [many] { $count } não levam a lugar nenhum
   *[other] { $count } não levam a lugar nenhum
}
check-counts-good = tudo certo
check-comment-counts = { $file }: contagem de comentários
check-comment-counts-bad = { $count ->
    [1] 1 notícia tem a contagem de comentários errada
    [many] { $count } de notícias têm a contagem de comentários errada
   *[other] { $count } notícias têm a contagem de comentários errada
}
check-receipts = { $file }: relatórios
check-receipts-bad = { $count ->
    [1] 1 relatório lista comentários que não existem
    [many] { $count } de relatórios listam comentários que não existem
   *[other] { $count } relatórios listam comentários que não existem
}
check-totals = { $file }: totais
check-totals-bad = { $count ->
    [1] 1 relatório não bate com o número dos seus comentários
    [many] { $count } de relatórios não batem com o número dos seus comentários
   *[other] { $count } relatórios não batem com o número dos seus comentários
}
check-numbers = { $file }: ids
check-numbers-bad = { $count ->
    [1] 1 acervo usaria um id duas vezes
    [many] { $count } de acervos usariam um id duas vezes
   *[other] { $count } acervos usariam um id duas vezes
}
check-undos = { $file }: cargas desfeitas
check-undos-good = completas
check-undos-bad = desfeitas só em parte: { $loads }
check-undos-advice = Se não estiver sendo desfeita neste momento, desfaça de novo para terminar.
check-statistics = { $file }: estatísticas da busca
check-statistics-good = completas
check-statistics-bad = a última atualização falhou: { $parts }
check-statistics-advice = A busca funciona, mas correções de grafia e formas de palavras podem faltar. O motivo está no log. Depois de uma atualização do Newsdesk, a próxima carga refaz as estatísticas.
check-indexes = { $file }: índice de busca
check-index = { $file }: índice de busca { $table }
check-index-good = confere com os textos
check-index-bad = não confere com os textos
check-index-rebuilt = não conferia com os textos; já foi refeito
check-index-advice = Para refazer: newsdesk check --repair
check-index-skipped = não verificado
check-index-room = Libere { $size } no disco da pasta de dados e verifique de novo.
check-not-created = ainda não criado
check-not-ours = não é um banco de dados do Newsdesk
check-newer = criado por uma versão mais nova do Newsdesk
check-upgrade = Atualize o Newsdesk.
check-damaged = danificado
check-unreadable = não dá para ler
check-disk = Verifique o disco e as permissões da pasta.
check-restore = Pare o bot, restaure o último backup com newsdesk restore e verifique de novo.

## Configuration: settings that are wrong, as the command line shows them

config-problem = { $name }: { $problem }
config-token-missing = Falta DISCORD_TOKEN. Crie um aplicativo no Developer Portal do Discord, copie o token da página “Bot” (deixe os três intents privilegiados desligados) e defina DISCORD_TOKEN em .env ou no ambiente. O próximo início mostra o link de convite.
config-token-with-bot = Tire a palavra “Bot” e informe só o token.
config-no-token = Isso não é o token de um bot. Um token tem três partes separadas por pontos, sem espaços.
config-not-a-folder = “{ $path }” não é uma pasta.
config-no-such-folder = A pasta “{ $path }” não existe.
config-time = “{ $text }” não é um horário. Escreva como 03:00.
config-no-file = “{ $path }” não pode ser um arquivo. Escolha um nome de arquivo em uma pasta que existe.
config-no-policy = “{ $path }” não pode ser lido como texto. Indique um arquivo de texto em UTF-8.
config-long-policy = “{ $path }” é longo demais. O máximo são { $most } caracteres.
config-long-contact = É longo demais. O máximo são { $most } caracteres.
config-one-of = “{ $text }” não é válido. Use { $choices }.
config-some-of = “{ $text }” não é válido. Use um ou mais destes: { $choices }.
config-number = “{ $text }” não é válido. Use um número inteiro de { $minimum } a { $maximum }.
config-vectors = “{ $text }” não é válido. Use shipped, off, uma pasta ou um nome do hub, como somebody/model.
config-vectors-need-extra = Isso precisa do model2vec. Instale newsdesk[model2vec] ou use shipped ou off.
config-no-address = Isso não é um endereço web. Use algo como http://localhost:8080/v1.
config-no-database = Isso não é o endereço de um banco PostgreSQL. Use algo como postgresql://user:password@host/newsdesk e escreva os caracteres especiais da senha como %40.
config-database-needs-extra = Isso precisa do psycopg. Instale newsdesk[postgres] ou deixe a configuração vazia.
config-address-with-key = Use só o endereço. Uma chave vai em LLM_API_KEY.
config-no-key = Isso não é uma chave. Uma chave não tem espaços nem letras com acento.
config-alert = Isto não é o endereço de um webhook nem o ID de um usuário.
config-half-a-model = Falta { $missing }, de que { $given } precisa.
config-misspelt = { $name } não é uma configuração. Você quis dizer { $near }?
config-env-file = Não dá para ler .env: { $reason }

## Loads

load-starting = **Carregando** { $name } · lendo o arquivo…
load-queued = **Na fila** { $name } · começa sozinha depois da carga atual
load-running = **Carregando** { $name }
load-left = tempo restante: { $duration }
load-comments-of = comentários: { $count } de cerca de { $total }
load-rate = { $count }/s
load-read = { $done } lidos
load-read-of = { $done } de { $total } lidos
load-rejected = { $count ->
    [1] 1 rejeitado
    [many] { $count } rejeitados
   *[other] { $count } rejeitados
}
load-rejected-attached = { $count ->
    [1] 1 rejeitado (veja o arquivo anexo)
    [many] { $count } rejeitados (veja o arquivo anexo)
   *[other] { $count } rejeitados (veja o arquivo anexo)
}
load-left-out = { $reason ->
    [subreddit] de outros subreddits, de fora: { $count } ({ $option })
    [after] anteriores ao período, de fora: { $count } ({ $option })
    [before] posteriores ao período, de fora: { $count } ({ $option })
    [min_score] pontuação baixa, de fora: { $count } ({ $option })
    [min_length] curtos demais, de fora: { $count } ({ $option })
   *[over_18] conteúdo 18+ de fora: { $count } ({ $option } carrega)
}
load-left-out-uncounted = { $count ->
    [1] 1 de fora (18+ ou filtrado)
    [many] { $count } de fora (18+ ou filtrados)
   *[other] { $count } de fora (18+ ou filtrados)
}

load-receipt = { $state ->
    [done] **Carga concluída:** { $name }, em { $duration }
    [cancelled] **Carga cancelada:** { $name }, após { $duration }
    [paused] **Carga pausada:** { $name }, após { $duration }
    [failed] **Carga com falha:** { $name }, após { $duration }
    [undone] **Carga desfeita:** { $name }
    [undoing] **Carga desfeita em parte:** { $name }
   *[running] **Carregando** { $name }
}
load-new-articles = { $count ->
    [0] Nenhuma notícia nova
    [1] 1 notícia nova
    [many] { $count } de notícias novas
   *[other] { $count } notícias novas
}
load-new-comments = { $count ->
    [0] Nenhum comentário novo
    [1] 1 comentário novo
    [many] { $count } de comentários novos
   *[other] { $count } comentários novos
}
load-updated = { $count ->
    [1] 1 com atualização
    [many] { $count } com atualização
   *[other] { $count } com atualização
}
load-unchanged = { $count ->
    [1] 1 sem mudança
    [many] { $count } sem mudança
   *[other] { $count } sem mudança
}
load-older = mais antigos que a versão guardada: { $count }
load-waiting = Comentários à espera da notícia, ainda fora das buscas: { $count }. Aparecerão quando as notícias forem carregadas (nos dumps do Reddit: as publicações, RS_…).
load-missing = Comentários que existem mas não estão no acervo: { $count }. Podem estar em “carregar mais” ou em arquivos não carregados.
load-books = { $kind ->
    [articles] Notícias lidas: { $read } ({ $parts })
   *[comments] Comentários lidos: { $read } ({ $parts })
}
load-books-part = { $what ->
    [new] novos: { $count }
    [updated] com atualização: { $count }
    [unchanged] sem mudança: { $count }
    [older] mais antigos: { $count }
    [waiting] à espera: { $count }
    [rejected] rejeitados: { $count }
   *[left_out] de fora: { $count }
}
load-unaccounted = Itens lidos que não entraram em nenhuma conta: { $count }. É uma falha do Newsdesk; avise, por favor.
load-nothing = Nada foi carregado.
load-nothing-new = Nada de novo. Já no acervo: { $what }.
load-number = Carga { $load }
load-by = por { $who }
load-rejects-cut = O arquivo anexo é a primeira parte de { $size }. Quem opera o bot tem tudo na pasta de dados, em rejects/{ $load }.ndjson.
load-pausing = Pausando a carga { $load }. Daqui a pouco você pode retomar.
load-cancelling = Cancelando a carga { $load }. O relatório aparece daqui a pouco.
load-never-started = Nada foi carregado.
load-interrupted = O Newsdesk está desligando. A carga continua sozinha quando ele voltar.
load-out-of-sight = O Newsdesk não tem permissão para publicar aqui; por isso, esta mensagem para de ser atualizada depois de 15 minutos. O relatório fica em { $command }.
load-direct = Para desfazer esta carga, use { $undo } no servidor.
load-ended = { $how ->
    [cancelled] **Carga cancelada:** { $name }
    [interrupted] **Carga interrompida:** { $name }
   *[failed] **Carga com falha:** { $name }
}

load-would-load = **Seria carregado:** { $name }
load-would-change = Em comparação com o acervo:
export-done = { $count ->
    [one] **Exportado** em { $format }, em { $count } arquivo
    [many] **Exportado** em { $format }, em { $count } de arquivos
   *[other] **Exportado** em { $format }, em { $count } arquivos
}
export-points = { $count ->
    [one] { $count } ponto
    [many] { $count } de pontos
   *[other] { $count } pontos
}
export-running = **Exportando**
export-loads-again = Isto pode ser carregado de novo, neste acervo ou em outro: anexe os arquivos a /archive load.
export-by = enviado por { $who }
load-dates = de { $first } a { $last }
load-would-reject = { $count ->
    [1] 1 seria rejeitado
    [many] { $count } seriam rejeitados
   *[other] { $count } seriam rejeitados
}
load-room = Precisa de até { $needed } de espaço em disco; { $free } livres.
load-no-room = Não cabe no disco: precisa de até { $needed }, e há { $free } livres.
load-previewed = Nada foi carregado. Para carregar, rode o comando de novo sem `simular`.

load-undo = Desfazer carga
load-undo-rest = Desfazer o resto
load-undo-question = **Desfazer a carga { $load }?** { $name }
    Isto remove { $articles ->
        [1] 1 notícia
        [many] { $articles } de notícias
       *[other] { $articles } notícias
    } e { $comments ->
        [1] 1 comentário
        [many] { $comments } de comentários
       *[other] { $comments } comentários
    } e restaura tudo o que ela alterou.
load-undoing = **Desfazendo a carga { $load }**
load-removing = Removendo { $articles ->
    [1] 1 notícia
    [many] { $articles } de notícias
   *[other] { $articles } notícias
} e { $comments ->
    [1] 1 comentário
    [many] { $comments } de comentários
   *[other] { $comments } comentários
}.
load-undone = **Carga { $load } desfeita**
load-removed = Itens removidos: { $articles ->
    [1] 1 notícia
    [many] { $articles } de notícias
   *[other] { $articles } notícias
} e { $comments ->
    [1] 1 comentário
    [many] { $comments } de comentários
   *[other] { $comments } comentários
}.
load-restored = { $count ->
    [1] 1 versão anterior restaurada.
    [many] { $count } de versões anteriores restauradas.
   *[other] { $count } versões anteriores restauradas.
}
load-undone-by = desfeita por { $who }

load-list = **Cargas**, da mais nova à mais antiga
load-none = Ainda não há cargas. Adicione notícias e comentários com { $command }.
load-open = Abrir um relatório…
load-state = { $state ->
    [done] concluída
    [cancelled] cancelada
    [paused] pausada
    [failed] falhou
    [undone] desfeita
    [undoing] desfeita em parte
   *[running] carregando
}
load-own-archive = **Acervo deste servidor**
load-own-empty = Nada aqui ainda. Adicione notícias e comentários com { $command }.
load-shared-archive = **Acervo compartilhado**, de quem opera o bot
load-shared-empty = Nada aqui ainda. Só quem opera o bot pode adicionar.
load-sources = { $count ->
    [1] 1 fonte
    [many] { $count } de fontes
   *[other] { $count } fontes
}
load-loads = { $count ->
    [1] 1 carga
    [many] { $count } de cargas
   *[other] { $count } cargas
}
load-help =
    ### Carregar
    { -accepted-files } Anexe o arquivo a { $load } ou, se ele for maior, informe em `caminho` o nome dele na pasta de entrada de quem opera o bot.
    {"**"}Opções** limitam uma carga: `subreddit`, `desde`, `antes` e `pontos-mínimos`. Conteúdo 18+ fica de fora, a menos que você ligue `maiores-de-18`. `simular` mostra o que seria carregado.
    {"**"}Durante a carga**, você pode pausar ou cancelar. Depois de uma reinicialização, ela continua sozinha. Linhas que não dá para ler vão para um arquivo, com o motivo; todo o resto é carregado. Carregar o mesmo dump de novo só adiciona o que é novo.
    {"**"}Depois**, { $undo } remove tudo o que uma carga adicionou.
    -# Para apagar as notícias e os comentários de uma pessoa do acervo deste servidor, use { $forget }.

load-problem-interrupted = O Newsdesk parou durante esta carga. Retome para continuar de onde ela parou.
load-problem-lost = O Newsdesk parou durante esta carga. O que ela já tinha carregado fica no acervo; você pode desfazer.
load-problem-crashed = Esta carga falhou três vezes no mesmo ponto, então não continua mais sozinha. O que já tinha sido carregado continua no acervo. Retome a carga { $load } para tentar de novo ou desfaça-a.
load-problem-damaged = { $where } está danificado ou incompleto. Troque por uma cópia completa e retome a carga { $load }.
load-problem-disk = Não deu para ler { $where } até o fim: { $problem }. Verifique o disco e retome a carga { $load }.
load-problem-stalled = Não deu para ler nada por um minuto perto de { $where }, então a carga foi interrompida. O que já tinha sido carregado continua no acervo. Remova essa parte do arquivo e retome a carga { $load }.
load-problem-unreadable = Não deu para ler o arquivo até o fim: { $problem }.
load-problem-fault = Algo deu errado do nosso lado ({ $fault }). Há mais detalhes no log de quem opera o bot.

## Rejected input: what is wrong with a file or line of a dump, and what to do

-accepted-files = O Newsdesk lê páginas de notícias, páginas da web salvas (HTML, MHTML, WARC), feeds (RSS, Atom), dumps do Reddit, tópicos do Hacker News, do Lemmy e do Discourse, e notícias ou comentários em CSV ou JSON, soltos ou em .zip, .tar, .gz, .xz ou .zst.
accepted-files = { -accepted-files }

rejected-empty = Este arquivo está vazio.
rejected-file-kind = { $kind ->
    [office] Isto é um documento de escritório ou um e-book. { -accepted-files }
    [pdf] Isto é um PDF. { -accepted-files }
    [picture] Isto é uma imagem. { -accepted-files }
    [media] Isto é áudio ou vídeo. { -accepted-files }
    [database] Isto é um banco de dados SQLite. Exporte as tabelas como CSV.
    [parquet] Isto é uma tabela Parquet. Exporte-a como CSV ou linhas JSON.
    [seven-zip] Isto é um arquivo 7-Zip. { -accepted-files }
    [rar] Isto é um arquivo RAR. { -accepted-files }
    [program] Isto é um programa. { -accepted-files }
    [spreadsheet] Isto é uma planilha. Salve-a como CSV.
    [dataset] Isto é uma tabela em forma binária (Arrow, Avro, HDF5 ou NumPy). Exporte-a como CSV ou linhas JSON.
    [pickle] Isto é um pickle do Python. Exporte o conteúdo como CSV ou linhas JSON.
    [sql] Isto é um dump de banco de dados (SQL). Exporte as tabelas como CSV.
    [yaml] Isto é YAML. Converta-o em linhas JSON.
    [compressed] Isto está compactado de um jeito que o Newsdesk não consegue ler. Compacte como .gz ou .zst.
    [encrypted] Este arquivo está criptografado. Descriptografe-o primeiro.
    [lfs] Este arquivo só aponta para o verdadeiro (Git LFS). Baixe-o com “git lfs pull”.
    [torrent] Isto é um torrent. Carregue os arquivos que ele baixa.
    [email] Isto é e-mail. { -accepted-files }
    [javascript] Isto é JavaScript. Remova o que está em volta do JSON.
    [python] Isto é Python, não JSON. Grave com json.dump.
   *[binary] Isto é um arquivo binário. { -accepted-files }
}
rejected-xml = Isto é XML, mas não é uma página da web nem um feed (RSS, Atom). { -accepted-files }
rejected-html-extra = Páginas da web salvas, arquivos WARC e feeds são lidos por bibliotecas que não estão instaladas aqui. Quem opera o bot pode instalá-las com “pip install 'newsdesk[html]'”.
rejected-html-no-article = Não há notícia nesta página da web, só menus, links ou nada. Páginas que carregam o texto depois precisam ser salvas pelo navegador.
rejected-html-tags = Este arquivo tem mais de { $count } tags HTML, demais para uma página.
rejected-html-elements = Esta página da web tem mais de { $count } elementos, demais para uma notícia.
rejected-html-depth = Os elementos desta página da web estão aninhados em mais de { $depth } níveis, e o que está mais fundo não pode ser lido.
rejected-empty-feed = Não há nenhuma entrada neste feed.
rejected-cut-feed = Este feed é interrompido antes do fim. Consiga outra cópia do arquivo.
rejected-warc-others = { $count ->
    [one] Neste arquivo WARC, { $count } outra resposta de servidor não é uma página da web (uma imagem, um script, um erro). Ela foi ignorada.
    [many] Neste arquivo WARC, { $count } outras respostas de servidores não são páginas da web (imagens, scripts, erros). Elas foram ignoradas.
   *[other] Neste arquivo WARC, { $count } outras respostas de servidores não são páginas da web (imagens, scripts, erros). Elas foram ignoradas.
}
rejected-warc-no-pages = Não há páginas da web neste arquivo (WARC).
rejected-warc-damaged = Este arquivo de páginas da web (WARC) está danificado aqui. Tudo antes deste ponto foi lido.
rejected-warc-encoding = Esta página da web está compactada de um jeito que o Newsdesk não consegue ler ({ $encoding }).
rejected-binary-text = Há dados binários neste arquivo. { -accepted-files }
rejected-parquet = Isto é uma tabela Parquet com as colunas { $columns }. Exporte-a como CSV ou linhas JSON.
rejected-table = Isto é uma tabela com as colunas { $columns }. Dê às colunas os nomes “title” e “text” para carregar notícias, ou “id”, “link_id” e “body” para comentários.
rejected-empty-table = Esta tabela não tem linhas, só as colunas { $columns }.
rejected-not-a-page = Isto não é uma página de notícia: não há “Authored by … and submitted by …” abaixo do título, nem um comentário com nome e hora. { -accepted-files }
rejected-index = Isto é uma página inicial ou de índice com várias notícias, não a página de uma notícia. Carregue as páginas das notícias.
rejected-several-pages = Uma segunda página começa aqui. Salve cada página em um arquivo próprio.
rejected-no-title = Esta página não tem título.
rejected-long-title = Esta linha é longa demais para um título. { -accepted-files }
rejected-too-many-lines = Este arquivo tem mais de { $count } linhas, demais para uma página de notícia.
rejected-large-page = Este arquivo tem mais de { $megabytes } MB, demais para uma página de notícia. { -accepted-files }

rejected-not-json = Este arquivo não é um JSON válido: o erro está em “{ $problem }”.
rejected-not-json-line = Esta linha não é um JSON válido: o erro está em “{ $problem }”.
rejected-cut-json = O JSON é interrompido aqui, no meio de um registro. Obtenha uma nova cópia do arquivo.
rejected-nested-json = Este JSON está aninhado fundo demais ou contém um número longo demais.
rejected-not-an-export = Esta linha não faz parte de uma exportação que esta versão do Newsdesk leia.
rejected-wiped = Aqui há { $count } bytes nulos no lugar de texto, então registros se perderam. Os registros completos em volta foram lidos. Consiga outra cópia do arquivo.
rejected-many-bad = Mais de { $count } registros aqui não são comentários nem publicações do Reddit. O resto não foi lido.
rejected-not-a-record = Isto é JSON, mas não um comentário do Reddit (com body e link_id), uma publicação nem uma notícia (com title).
rejected-bad-record = Isto não é um comentário nem uma publicação válida do Reddit: o campo “{ $problem }” está ausente ou incorreto.
rejected-number-id = O campo “{ $field }” é o número { $number }, que pode corresponder a dois ids diferentes. Exporte os ids como texto, como o Reddit os escreve.
rejected-other-json = Isto é JSON sem comentários do Reddit (com body e link_id), publicações nem notícias (com title). { -accepted-files }
rejected-not-a-listing = Não há notícias nem comentários neste arquivo. Se ele veio de uma API, amplie a busca e salve os resultados de novo.
rejected-large-listing = Esta listagem tem { $megabytes } MB, demais para ler de uma vez. Carregue o dump como linhas JSON.
rejected-long-line = Esta linha tem { $megabytes } MB. Os maiores registros do Reddit têm cerca de 1 MB.
rejected-bad-id = “{ $id }” não é um id do Reddit.
rejected-redacted = Os detalhes foram removidos, pois poderiam mostrar um autor esquecido.
rejected-untitled = Esta publicação não tem título.
rejected-untitled-article = Esta notícia não tem título.
rejected-row-width = { $fields ->
    [one] Esta linha tem { $fields } campo, mas a tabela tem { $columns } colunas.
   *[other] Esta linha tem { $fields } campos, mas a tabela tem { $columns } colunas.
}
rejected-quotes = { $count ->
    [one] As aspas desta linha não fecham.
   *[other] As aspas destas { $count } linhas não fecham.
}
rejected-lone-comment = Este comentário não diz a que publicação pertence (link_id ou permalink).
rejected-no-record = Não há título nem texto aqui.
rejected-bad-forum-id = “{ $id }” não é o número nem o endereço de uma publicação.
rejected-forum-orphan = Este comentário não diz a qual tópico pertence.
rejected-forum-site = Esta resposta de um fórum Discourse não mostra de qual site veio. Em vez dela, carregue os tópicos, salvos de endereços como /t/123.json.
rejected-not-a-forum-record = Isto não é uma publicação nem um comentário, embora esteja entre os de um fórum.
rejected-bad-time = “{ $time }” não é uma data e hora.
rejected-impossible-time = A data { $time } é anterior ao Reddit ou posterior a este século.

rejected-missing = Este arquivo não existe.
rejected-zst-window = Descompactar este arquivo .zst exige mais de { $megabytes } MB de memória. Defina NEWSDESK_ZST_WINDOW_MB como 2048 se a máquina tiver tudo isso, ou comprima o arquivo de novo sem “--long”.
rejected-unreadable-file = Não dá para abrir este arquivo: { $problem }.
rejected-unreadable-folder = Não dá para abrir esta pasta: { $problem }.
rejected-read-error = Não deu para ler este arquivo até o fim: { $problem }.
rejected-empty-folder = Esta pasta não tem arquivos. { -accepted-files }
rejected-link = Isto é um link para outro lugar. Links não são seguidos.
rejected-device = Isto é um dispositivo ou um pipe, não um arquivo.
rejected-special = Isto é um dispositivo ou um arquivo esparso, não um arquivo comum.
rejected-empty-archive = Não há arquivos dentro deste arquivo compactado. { -accepted-files }
rejected-empty-zip = Este arquivo começa com “PK”, como um .zip, mas não há arquivos dentro dele. { -accepted-files }
rejected-encrypted = Este arquivo está criptografado. Extraia e carregue sem senha.
rejected-method = Este arquivo usa uma compressão que o Newsdesk não lê (método zip { $method }). Comprima de outra forma.
rejected-fault = Este arquivo ficou de fora porque algo deu errado do nosso lado. Há mais detalhes no log de quem opera o bot.
rejected-damaged = O arquivo compactado está danificado ou incompleto aqui. Tudo o que vem antes deste ponto foi lido.
rejected-bad-header = O arquivo compactado está danificado aqui: um dos cabeçalhos é grande demais.
rejected-too-deep = Mais de { $depth } arquivos compactados um dentro do outro. Extraia primeiro os de fora.
rejected-inner-zip = Um .zip dentro de outro arquivo compactado pode ter no máximo { $megabytes } MB. Carregue-o separadamente.
rejected-too-many-members = Há arquivos demais neste arquivo compactado. Divida ou extraia em uma pasta.
rejected-too-many-files = Há mais de { $count } arquivos. O resto não foi lido.
rejected-unpacked = Extraído, isto passa de { $megabytes } MB. O resto não foi lido.
rejected-bomb = Extraído, isto passa de { $ratio } vezes o próprio tamanho, o que nenhum dump de verdade faz. O resto não foi lido.
rejected-rest = O resto deste arquivo compactado não foi lido.

rejected-unnamed = Esta discussão não tem título nem id.
rejected-bad-key = “{ $key }” não é o id de uma publicação nem de um comentário.
rejected-half-character = Há meio caractere no texto (um surrogate isolado).
rejected-value = Um dos valores é grande demais para o acervo.

## The local page: "newsdesk try" shows the bot on a simulated Discord

try-welcome =
    O Newsdesk está rodando em um Discord simulado com um acervo de exemplo. Não precisa de token nem de rede.

      { $url }

    Abra esta página em um navegador e digite na caixa de mensagem:
      /search e algumas palavras, como { $query }
      /ask e uma pergunta, como: { $question }
      /article random, e experimente os botões. Discutir abre um tópico em que você pode mencionar o Newsdesk e perguntar.
      /archive load com um dump seu. “Viewing as” troca para um membro, que não pode carregar nada.
try-greeting =
    O Newsdesk é um acervo pesquisável de notícias e das discussões sobre elas. Este acervo tem { $size }, tudo inventado.
    {"**"}Para experimentar**
    { $search } com a busca `{ $query }`
    { $ask } com a pergunta `{ $question }`
    { $random } e, depois, os botões abaixo da notícia
    { $load } com um arquivo seu
    { $help } para todo o resto
try-kept = Pressione Ctrl-C para parar. O acervo fica em { $data }.
try-not-kept = Pressione Ctrl-C para parar. Nada é guardado.
sample-name = Acervo de exemplo
try-server = Sala de Leitura
try-topic = Digite / para ver o que o Newsdesk faz
try-moderator = Mira (moderação)
try-member = Tomas (membro)

## Answers

answer-article-says = A notícia diz: “{ $quote }”
answer-headline-says = A manchete diz: “{ $quote }”
answer-commenter-says = Um comentário diz: “{ $quote }”
answer-article-differs = Outra notícia diz algo diferente: “{ $quote }”
answer-headline-differs = Outra manchete diz algo diferente: “{ $quote }”
answer-commenter-differs = Um comentário diz algo diferente: “{ $quote }”
answer-also-in = também em { $titles }
answer-for = **Evidências a favor**
answer-against = **Evidências contra**
answer-none-against = Não foi encontrado nada contra
answer-none-for = Não foi encontrado nada a favor
answer-both-sides = Os dois lados estão citados; a conclusão é sua
answer-undecided = **Nem sim nem não com clareza.** Trecho mais próximo:
answer-latest = **Mais recentes primeiro**
answer-opinions = { $count ->
    [1] **O que dizem em 1 comentário**
    [many] **O que dizem em { $count } de comentários**
   *[other] **O que dizem em { $count } comentários**
}
answer-not-for = **Nenhuma resposta encontrada para { $words }.**
answer-opinion = **{ $opinion } · { $count } de { $total }**
answer-quoted = Citado palavra por palavra
answer-not-said = { $articles ->
    [0] **O acervo não diz.**
    [1] **A notícia e os comentários dela não dizem.**
    [many] **Estas notícias e os comentários delas não dizem.**
   *[other] **Estas notícias e os comentários delas não dizem.**
}
answer-not-clear = **Não há uma resposta clara.**
answer-no-mention = Nenhuma menção a { $words }.
answer-closest = Trecho mais próximo:
answer-closest-language = Trecho mais próximo, em idioma diferente do da pergunta:
answer-closest-lacks = O trecho mais próximo não menciona { $words }:
answer-closest-fact = { $type ->
    [who] O trecho mais próximo não diz quem:
    [when] O trecho mais próximo não diz quando:
    [where] O trecho mais próximo não diz onde:
    [count] O trecho mais próximo não traz o número pedido:
   *[why] O trecho mais próximo não diz por quê:
}
answer-not-together = Nenhum dos trechos encontrados traz { $words } ao mesmo tempo.
answer-no-question = Isso não parece uma pergunta. Pergunte sobre algo do acervo, como: Quando foi a votação sobre o mercado?
answer-asked-by = -# “{ $question }”, pergunta de { $who }
answer-asked-as = Entendido como: { $question }
answer-related = Relacionadas
answer-why = Por que esta?
answer-ask-more = Perguntar mais
answer-ask-everything = Perguntar a todo o acervo
answer-show = Voltar à resposta

answer-why-heading = ### Por que esta resposta: { $question }
answer-words-found = **Encontrado:** { $words }
answer-words-missing = **Não encontrado:** { $words }
answer-wanted = { $type ->
    [who] Você perguntou quem; por isso, trechos com nomes contam mais.
    [when] Você perguntou quando; por isso, trechos com datas e horas contam mais.
    [where] Você perguntou onde; por isso, trechos com lugares contam mais.
    [count] Você perguntou quanto; por isso, trechos com números contam mais.
    [why] Você perguntou por quê; por isso, trechos com motivos contam mais.
    [yesno] Você perguntou se algo é verdade; por isso, aqui estão as evidências a favor e contra.
    [latest] Você perguntou pelo mais recente; por isso, os trechos mais novos vêm primeiro.
    [opinion] Você perguntou por opiniões; por isso, só os comentários contam.
   *[other] Os trechos mais próximos da sua pergunta contam mais.
}
answer-confidence = Confiança de que o acervo responde a isto: { $confidence } (o mínimo é { $minimum })
answer-passages = **Trechos avaliados, do melhor ao pior**
answer-considered = Escolhidos entre { $articles ->
    [1] 1 notícia
    [many] { $articles } de notícias
   *[other] { $articles } notícias
} e { $comments ->
    [1] 1 comentário
    [many] { $comments } de comentários
   *[other] { $comments } comentários
}

answer-ask-title = { $articles ->
    [0] Perguntar ao acervo
    [1] Perguntar sobre esta notícia
    [many] Perguntar sobre estas notícias
   *[other] Perguntar sobre estas notícias
}
answer-ask-label = Sua pergunta
answer-ask-example = Quem votou contra?

ask-after-mention = Escreva sua pergunta depois da menção: { $me } quando foi a votação sobre o mercado? Responda a uma mensagem do Newsdesk para perguntar sobre as notícias dela.
ask-mention-bot = O Newsdesk só lê mensagens que o mencionam. Pergunte de novo com { $me }, ou deixe a menção ligada ao responder.
ask-mention-bot-not-role = Você mencionou um cargo, e o Newsdesk só lê mensagens que mencionam o bot. Pergunte de novo com { $me }.
ask-mentions-off = As menções ainda não são respondidas neste servidor. { $ask } responde em particular, e a moderação pode ativar as menções em { $settings }.

## Language model

llm-written = Escrito por { $model } a partir destas citações; cada frase foi conferida com elas
llm-written-in-part = Escrito por { $model } a partir destas citações; cada frase foi conferida com elas ({ $dropped ->
    [1] 1 frase sem comprovação ficou de fora
    [many] { $dropped } de frases sem comprovação ficaram de fora
   *[other] { $dropped } frases sem comprovação ficaram de fora
})
llm-server-budget = Citado palavra por palavra: este servidor já usou todos os tokens do modelo de linguagem de hoje
llm-member-budget = Citado palavra por palavra: você já usou todos os seus tokens do modelo de linguagem de hoje
llm-unreachable = Citado palavra por palavra: o modelo de linguagem não respondeu a tempo
llm-unusable = Citado palavra por palavra: não deu para usar a resposta do modelo de linguagem
llm-unproven = Citado palavra por palavra: as citações comprovam muito pouco do que o modelo de linguagem escreveu
llm-repeated = Citado palavra por palavra: o modelo de linguagem só repetiu o título ou uma citação
about-llm = Um modelo de linguagem ({ $model }) pode encurtar o que foi encontrado. Ele recebe a pergunta e as citações, nunca os nomes de quem comentou. Cada frase dele é conferida com as citações e aparece junto delas, ou fica de fora. Os cartões avisam quando ele foi usado.
llm-spent = Tokens usados aqui hoje: { $spent } de { $limit }. A contagem recomeça { $until }.
llm-spent-by-member = Tokens usados aqui hoje: { $spent } de { $limit }; por você: { $own } de { $own_limit }. A contagem recomeça { $until }.

## Status: of the bot, its loads, posts and machine

status-heading = Situação
# $since is a time.
status-bot = { $state ->
    [connected] Conectado ao Discord, no ar desde: { $since }.
    [disconnected] Sem conexão com o Discord, no ar desde: { $since }.
    [stuck] O bot não responde. Reinicie-o.
   *[stopped] O bot não está no ar.
}
status-processes = Processos: { $count }, com { $running } de { $shards } shards
status-waiting = Mensagens à espera de envio: { $count }
status-disk = Disco: { $free } livres de { $total }; o acervo ocupa { $used }.
status-model = { $state ->
    [unreachable] Modelo de linguagem: { $model } em { $host }, sem resposta
   *[working] Modelo de linguagem: { $model } em { $host }
}
status-no-model = Modelo de linguagem: nenhum
status-backup = Último backup: { $time }
status-no-backup = Último backup: nenhum
status-troubles = A resolver
status-trouble = { $text } (desde: { $since })
status-loads = Últimas cargas
status-no-loads = Ainda não há cargas.
status-load = { $load }. { $name } · { $state } · { $time }
status-digests = Próximos boletins
status-no-digests = Nenhum boletim está programado.
status-digest = Boletim { $number } · { $channel } · { $time }
status-failures = Falhas nas últimas 24 horas: { $count }
# $reason is such as: the channel was deleted
status-failure = { $kind ->
    [digest] Boletim { $number }
    [notice] Aviso de um alerta
   *[edit] Edição de uma publicação
} · { $channel } · { $time } · { $reason }
trouble-loader = Uma carga parou de repente. Procure o motivo no log e depois retome a carga.
trouble-disk = O disco da pasta de dados está quase cheio. Libere espaço, ou as cargas e as publicações vão parar.
trouble-database = O banco de dados { $file } está danificado. Pare o bot, rode “newsdesk check” e siga as instruções.
trouble-posts = Algumas publicações falham. “newsdesk status” mostra quais e por quê.
trouble-model = O modelo de linguagem { $model } não responde, então só aparecem citações. Confira as configurações LLM_BASE_URL e LLM_API_KEY e o servidor do modelo.
# $reason is a whole sentence.
trouble-backup = O último backup falhou: { $reason } Resolva isso e rode “newsdesk backup”.
trouble-token = O Discord recusa o DISCORD_TOKEN. Copie-o de novo do portal de desenvolvedores e reinicie o bot.
# $text is one of the sentences above, for the operator.
alert = O Newsdesk precisa de atenção. { $text }

## Help

help-heading = ### O que dá para fazer aqui
help-group-read = **Ler**
help-group-ask = **Perguntar e seguir**
help-group-moderators = **Para a moderação**
help-more = -# Escolha um assunto em { $help } para saber mais sobre buscar, perguntar, seguir ou carregar.
help-apps = Apps > { $name }
welcome =
    O Newsdesk é um acervo pesquisável de notícias e das discussões sobre elas.
    Experimente { $search } ou { $ask }. A moderação adiciona notícias com { $load }. Veja todo o resto em { $help }.
welcome-no-channel = O Newsdesk ainda não pode publicar em nenhum canal de { $server }. Dê a ele as permissões Ver canal e Enviar mensagens onde ele deve publicar.
welcome-sample = {"**"}{ $sample }** adiciona um pequeno acervo inventado para você experimentar. Desfazer, no relatório, remove tudo.
welcome-sample-direct = {"**"}{ $sample }** adiciona a { $server } um pequeno acervo inventado para você experimentar.
welcome-in-server = No servidor, { $settings } abre as configurações e { $create } programa um primeiro boletim.
welcome-button-sample = Carregar o exemplo
welcome-button-settings = Configurações
welcome-button-digest = Primeiro boletim…
welcome-button-check = Verificar permissões
about = O Newsdesk é um acervo pesquisável de notícias e das discussões sobre elas. Suas respostas, resumos e panoramas dos comentários são citações, palavra por palavra.
about-without-model = Ele não usa nenhum serviço de IA. Tudo é processado na máquina em que ele roda.
about-archive = Este acervo tem { $size }.
about-questions = { $asked ->
    [1] 1 pergunta feita aqui, { $answered } com resposta.
    [many] { $asked } de perguntas feitas aqui, { $answered } com resposta.
   *[other] { $asked } perguntas feitas aqui, { $answered } com resposta.
}
about-privacy = -# O Newsdesk só lê mensagens que o mencionam, respondem a ele ou são enviadas diretamente a ele, e as que você abre pelo menu Apps. { $questions ->
    [stored] Quem opera o bot guarda as perguntas, sem nomes.
   *[counted] As perguntas são contadas, não guardadas.
} Buscas longas são guardadas sem nome, para os botões delas continuarem funcionando. Para /catchup, o Newsdesk lembra quando você usou o comando pela última vez em cada servidor.
ask-help =
    ### Perguntar
    { $ask } responde com citações do acervo, palavra por palavra, cada uma com fonte e data. Quando o acervo não diz, a resposta avisa.
    `who`, `when`, `where`, `how many` (em inglês) põem o fato em primeiro lugar
    `is it true that…` mostra as evidências a favor e contra
    `what do people think of…` conta e cita quem comentou
    `latest on…` põe o mais novo em primeiro lugar
    {"**"}Opções** limitam uma pergunta: `notícia`, `fonte`, `desde` e `antes`.
    {"**"}Sem o comando**, mencione o Newsdesk com a sua pergunta em um canal em que a moderação permita, responda a uma mensagem dele com a menção ligada (para perguntar sobre as mesmas notícias) ou escreva diretamente para ele (para perguntar ao acervo compartilhado de quem opera o bot). Aperte **Perguntar** em uma notícia ou escolha **Perguntar sobre isto** em Apps, em qualquer mensagem. **Discutir** abre um tópico sobre uma notícia.
    -# O Newsdesk não lê mensagens que não o mencionam. O número de perguntas por minuto é limitado.
