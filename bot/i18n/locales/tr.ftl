# Turkish. Address: sen, as in Discord's own client. No suffixes on fields: { $x } stays bare, or a noun after it takes them.
# Glossary (English = Turkish)
# article = haber
# thread (an article with its comments) = konu
# thread (Discord's) = alt başlık
# comment = yorum; commenter = yorumcu
# comment digest = yorum özeti; what people say = neler söyleniyor
# digest (the scheduled post) = bülten; a run of one = yayın, yayımlamak
# archive = arşiv; a .zip = arşiv dosyası
# load = yükleme, yüklemek
# dump = döküm
# receipt = yükleme raporu
# undo = geri almak; button: Geri al
# follow = takip, takip etmek
# catch-up = kaçırdıkların
# source = kaynak; site = site
# author = yazar
# moderator = moderatör
# member = üye
# server = sunucu
# channel = kanal
# forum = forum; a post in it = gönderi
# role = rol
# permission = izin: Kanalı Görüntüle, Mesaj Gönder, Alt Başlıklarda Mesaj Gönder, Gönderi Oluştur, Herkese Açık Alt
#     Başlıklar Oluştur, Mesaj Geçmişini Oku, Sunucuyu Yönet, Alt Başlıkları Yönet
# direct message, DM = direkt mesaj
# button = düğme
# message = mesaj; a message posted for everyone = gönderi
# settings = ayarlar
# mention = @bahsetme, @bahsetmek
# slash command = eğik çizgi komutu
# quote = alıntı; word for word = kelimesi kelimesine
# summary = özet
# headline = başlık
# score, points = puan
# passage = bölüm
# rejected = reddedildi
# operator = bot yöneticisi
# drop folder = aktarım klasörü
# age-restricted channel = yaş sınırlı kanal; 18+ = 18+
# tag = etiket

## Commands, their options and choices: names (32 characters, lower case) and descriptions (at most 100)

command-article = Haberleri oku ve paylaş
    .name = haber
command-article-post = Bir haberi herkesin görebileceği şekilde gönder
    .name = gönder
command-article-random = Rastgele bir haber göster
    .name = rastgele
command-article-related = Benzer haberleri bul
    .name = benzer
command-article-show = Bir haberi kısaca göster
    .name = göster
command-article-timeline = Bir haberin nasıl işlendiğini ve konularını gör
    .name = kronoloji
command-article-summary = Bir haberin özetini oku
    .name = özet
option-title = Başlığın bir kısmı; listeden seç
    .name = başlık
option-length = Özetin uzunluğu
    .name = uzunluk
choice-length-short = Kısa (3 cümle)
choice-length-medium = Orta (6 cümle)
choice-length-long = Uzun (12 cümle)
option-channel-to-post = Nereye gönderilsin (varsayılan: buraya)
option-thread = Haber için bir alt başlık da aç
    .name = alt-başlık
command-catchup = Son ziyaretinden bu yana neler geldiğini gör
    .name = kaçırdıklarım
command-comments = Bir haber hakkında neler söylendiğini oku
    .name = yorumlar
command-comments-digest = Bir haberin yorumlarını özet olarak gör
    .name = özet
command-comments-list = Bir haberin yorumlarını oku
    .name = liste
option-sort = Yorumların sırası
    .name = sıra
option-hide-bots = Bot yorumlarını gösterme
    .name = botsuz
option-one-thread = Yalnızca bu konu, haberin öteki konuları değil
    .name = tek-konu
command-digest = Arşivden düzenli gönderiler
    .name = bülten
command-digest-create = Bülten planla, kaydetmeden önce önizle
    .name = oluştur
command-digest-delete = Bülteni sil; gönderileri kalır
    .name = sil
command-digest-edit = Bülteni değiştir, kaydetmeden önce önizle
    .name = düzenle
command-digest-history = Bir bültenin son yayınlarını bağlantılarıyla gör
    .name = geçmiş
command-digest-list = Bu sunucunun bültenlerini listele
    .name = liste
command-digest-pause = Bülteni, sen sürdürene kadar duraklat
    .name = duraklat
command-digest-resume = Duraklatılmış bülteni sürdür
    .name = sürdür
command-digest-run = Bülteni takvimi dışında hemen yayımla
    .name = yayımla
command-digest-show = Bir bültenin ayarlarını ve durumunu göster
    .name = göster
command-digest-why = Haberlerin neden yayımlandığını veya atlandığını gör
    .name = neden
option-digest = Hangi bülten
    .name = bülten
option-when = Ne sıklıkta yayımlansın
    .name = sıklık
option-what = Ne yayımlansın
    .name = içerik
option-query-of-digest = Aranacak sözcükler ya da bir kaynağın veya subreddit'in adı
option-channel-of-digest = Kanal, alt başlık, forum (varsayılan: bülten kanalı, yoksa burası)
option-at = Yerel saat, örneğin 8:30 (varsayılan: 08:00)
    .name = saat
option-at-of-post = Bu zamana en yakın yayını açıkla, örneğin 2024-03-12 08:00
option-day = Haftalık: monday ile sunday arası. Aylık: 1 ile 31 arası
    .name = gün
option-cron = Uzmanlar için: beş cron alanı, örneğin 30 8 * * 1-5
    .name = cron
option-zone-of-digest = Saat dilimi, örn. Europe/Istanbul (varsayılan: sunucununki)
option-count = Bir gönderideki en fazla haber sayısı (varsayılan: 5)
    .name = sayı
option-style = Her haberin ne kadarı gösterilsin
    .name = görünüm
option-days = En çok tartışılanlar için: son kaç gün (0: tüm zamanlar)
    .name = gün-sayısı
option-late = Kaçırılırsa en fazla kaç saat geç yayımlansın (0: hiç)
    .name = gecikme
option-skip-empty = Yeni bir şey yoksa yayımlama
    .name = boşsa-atla
option-quiet = Yayın yapılmayacak saatler, örneğin 22:00-7:00, ya da off
    .name = sessiz-saatler
option-thread-on-digest = Her gönderide bir alt başlık aç
option-tag = Forumlarda: her gönderinin etiketi
    .name = etiket
option-article = Bu haberin neden yayımlandığını veya atlandığını açıkla
    .name = haber
option-topic = Aranacak sözcükler
    .name = konu
choice-daily = her gün
choice-weekdays = pazartesiden cumaya
choice-weekly = haftada bir
choice-monthly = ayda bir
choice-cron = cron (uzmanlar için)
choice-newest = son bültenden sonra gelenler
choice-on-this-day = tarihte bugün
choice-most-discussed = en çok tartışılanlar
choice-search = bir aramanın en yenileri
choice-source = bir kaynağın en yenileri
choice-subreddit = bir subreddit'in en yenileri
choice-random = rastgele seçim
choice-headlines = başlıklar
choice-summaries = özetler
choice-comment-digests = yorum özetleri
command-follow = Yeni haberler ve yorumlar için bildirim al
    .name = takip
command-follow-add = Bir aramayı kendin veya bir kanal için takip et
    .name = ekle
command-follow-digest = Bülteni istediğin zamanda direkt mesajla al
    .name = bülten
option-channel = Sana değil bu kanala bildir
    .name = kanal
command-follow-list = Takiplerini ve bu kanalınkileri gör, sessize al, kaldır
    .name = liste
command-follow-remove = Bir takibi bırak
    .name = kaldır
option-follow = Kaldırılacak takip
    .name = takip
command-privacy = Hakkında saklananları gör veya unutulmayı iste
    .name = gizlilik
command-privacy-mine = Hakkında saklananları gör ve sil
    .name = verilerim
command-privacy-policy = Bu botun gizlilik politikasını oku
    .name = politika
command-privacy-request = Yazar olarak unutulmayı iste
    .name = istek
option-author-to-request = Yazarken kullandığın ad, arşivde göründüğü gibi
option-note = Sen olduğunu doğrulamaya yarayacak bir bilgi
    .name = not
command-archive-forget = Bir yazarın yazdıklarını ve adını kalıcı olarak kaldır
    .name = unut
option-author-to-forget = Arşivde göründüğü haliyle adı
command-archive = Bu sunucunun arşivine haber yükle
    .name = arşiv
command-archive-load = Bir dosyadan haber ve yorum yükle
    .name = yükle
command-archive-loads = Son yüklemeleri ve raporlarını listele
    .name = yüklemeler
command-archive-stats = Bu sunucunun arşivinde neler olduğunu göster
    .name = istatistik
command-archive-undo = Bir yüklemeyi geri al
    .name = geri-al
command-archive-export = Bir konuyu, aramayı veya arşivi dışa aktar
    .name = dışa-aktar
option-format = Okumak için Markdown, tablolar için CSV, yeniden yüklemek için NDJSON
    .name = biçim
choice-export-markdown = Markdown, okumak için
choice-export-csv = CSV, tablolar için
choice-export-ndjson = NDJSON, yeniden yüklemek için
option-title-to-export = Bu konuyu dışa aktar
option-query-to-export = Bu aramanın konularını dışa aktar
command-archive-requests = Unutulma isteklerine karar ver
    .name = istekler
command-audit = Kimin neyi yüklediğini, geri aldığını veya değiştirdiğini listele
    .name = kayıtlar
option-about = Yalnızca bu tür işlemler
    .name = tür
choice-audit-loads = yüklemeler ve dışa aktarmalar
choice-audit-privacy = unutulan yazarlar ve silmeler
choice-audit-settings = ayarlar
choice-audit-digests = bültenler ve takipler
option-dry-run = Yalnızca nelerin yükleneceğini göster
    .name = deneme
option-file = .txt sayfası, Reddit dökümü ya da bunların arşiv dosyası
    .name = dosya
option-load = Yükleme; listeden seç
    .name = yükleme
option-min-score = Yalnızca en az bu kadar puan alanlar
    .name = en-az-puan
option-over-18 = Normalde dışarıda bırakılan 18+ içeriği de yükle
    .name = yetişkin
option-path = Dosya yerine: aktarım klasöründeki bir ad
    .name = yol
option-subreddit = Yalnızca bu subreddit'ler, virgülle ayrılmış
    .name = subreddit
command-about = Newsdesk nedir, neleri saklar
    .name = hakkında
command-ask = Soru sor, arşivden alıntılarla yanıt al
    .name = sor
option-question = Kendi sözlerinle bir soru
    .name = soru
option-article-to-ask = Yalnızca bu haber hakkında sor; listeden seç
menu-ask = Bunun hakkında sor
menu-ask-help = Bir mesajdaki haberler hakkında soru sor
command-help = Burada neler yapabileceğini gör
    .name = yardım
option-topic-of-help = Bir başlık hakkında ayrıntılı bilgi al
choice-help-search = arama
choice-help-asking = soru sorma
choice-help-following = takip
choice-help-loading = yükleme
command-news = Tek bir konuda, yalnızca senin göreceğin bir bülten al
    .name = haberler
command-search = Haberlerde ve yorumlarında ara
    .name = ara
menu-find = Arşivde bul
menu-find-help = Bir mesajın bağlantılarını ve başlığını arşivde ara
command-browse = Haberlere kaynağa, subreddit'e, güne veya etikete göre göz at
    .name = göz-at
option-by = Neye göre (varsayılan: en yeni)
    .name = neye-göre
option-value = Bir kaynak, subreddit, etiket, gün veya ay
    .name = değer
option-stats-by = Konuları aya, kaynağa veya subreddit'e göre say
command-trend = Sözcüklerin veya bir kaynağın zamanla sıklığını gör
    .name = eğilim
choice-browse-newest = en yeni
choice-browse-source = kaynak
choice-browse-subreddit = subreddit
choice-browse-flair = etiket
choice-browse-day = gün
choice-browse-month = ay
command-searches = Aramaları kaydet ve yeniden çalıştır
    .name = aramalar
command-searches-save = Bir aramayı bir adla kaydet
    .name = kaydet
command-searches-list = Kayıtlı aramaların ve burada paylaşılanlar
    .name = liste
command-searches-run = Kayıtlı bir aramayı çalıştır
    .name = çalıştır
command-searches-delete = Kayıtlı bir aramayı sil
    .name = sil
option-name = Aramanın adı
    .name = ad
option-shared = Bu sunucudaki herkes çalıştırabilsin (varsayılan: hayır)
    .name = paylaşılan
option-query = Sözcükler, "tam ifade", -hariç, bu OR şu, başla*
    .name = sorgu
option-in = Nerede aransın (varsayılan: haberler ve yorumlar)
    .name = yer
option-source = Yalnızca bu sitenin haberleri
    .name = kaynak
option-author = Yalnızca bu kişinin haberleri veya yorumları
    .name = yazar
option-after = Bu günden itibaren: 2024, 2024-03 veya 12.3.2024
    .name = sonra
option-before = Bu günden önce: 2024, 2024-03 veya 12.3.2024
    .name = önce
option-search-title = Yalnızca başlığında bu sözcükler olan konular
option-search-subreddit = Yalnızca bu subreddit
option-flair = Yalnızca bu etiketli haberler
    .name = etiket
option-min-comments = Yalnızca en az bu kadar yorumu olan konular
    .name = en-az-yorum
option-order = Sıralama (varsayılan: en iyi eşleşmeler önce)
    .name = sıra
choice-best-first = en iyi eşleşmeler önce
choice-newest-first = en yeniler önce
choice-highest-first = en yüksek puan önce
choice-articles = haberler
choice-comments = yorumlar
choice-articles-and-comments = haberler ve yorumlar
command-settings = Bu sunucunun ayarlarını gör ve değiştir
    .name = ayarlar
command-status = Yüklemeleri, sıradaki bültenleri ve sorunları gör
    .name = durum
option-zone = Bültenlerin saat dilimi, örneğin Europe/Istanbul
    .name = saat-dilimi
option-follows-a-day = Takiplerin bir yere günde göndereceği en fazla mesaj
    .name = günlük-takip
option-language = Herkesin gördüğü gönderilerin dili
    .name = dil
choice-server-language = Sunucununkiyle aynı
option-file-to-import = Dışa aktarılmış bir dosya; önce değişiklikleri gösterir

## Shared by many cards

fault = Bizden kaynaklanan bir sorun oluştu. Bot yöneticisi için referans: { $reference }
button-article = Haber
button-ask = Sor
button-comments = Yorumlar
button-cancel = İptal
button-keep = Olduğu gibi bırak
button-follow = Takip et
button-save = Kaydet
button-pause = Duraklat
button-resume = Sürdür
button-share = Paylaş
button-timeline = Kronoloji
button-undo = Geri al
button-what-people-say = Neler söyleniyor
select-open = Aç…
quoted = “{ $text }”
shared-by = -# Paylaşan: { $who }
posted-by = -# Gönderen: { $who }
articles = { $count } haber
threads = { $count } konu
comments = { $count } yorum
comments-of-known = yaklaşık { $known } yorumdan { $count } tanesi
points = { $count } puan
page-of = sayfa { $page }/{ $count }
items-shown = { $range } / { $total }
items-shown-of-more = { $range } / { $total }+
archive-size-years = { $first }–{ $last } arası { $threads }
archive-size-year = { $first } yılından { $threads }

archive-empty = Burada henüz haber yok. Moderatörler { $load } ile ekleyebilir.
archive-empty-shared = Burada henüz haber yok. Direkt mesajlar bot yöneticisinin ortak arşivinde arar; sunucuların kendi arşivi olabilir.

## Errors: what is wrong, where, and what to do

error-already-undone = Yükleme { $load } zaten geri alınmış.
error-always-quiet = Bu bültenin tüm yayın saatleri sessiz saatlere denk geliyor. Sessiz saatleri değiştir veya geç yayına izin ver.
error-archive-empty = Bu arşiv boş. Önce bir haber ve yorum dökümü yükle.
error-asked-too-often = Dakikada { $most } soru sorabilirsin. { $seconds } saniye sonra tekrar dene.
error-attachment-gone = Bu dosya artık Discord'da yok. Yeniden ekle.
error-attachment-too-large = Bu dosyanın boyutu { $size }, buradaki sınır { $limit }. Dosyayı böl veya yüklemesini bot yöneticisinden iste.
error-backup-exists = { $file } zaten var. Yedek için başka bir klasör seç.
error-data-in-use = Newsdesk şu anda “{ $data }” klasörüyle çalışıyor. Önce onu durdur.
error-data-locked = “{ $data }” klasörü şu anda geri yükleniyor veya güncelleniyor. Bitince tekrar dene.
error-no-room-for-upgrade = Güncellemeden önce yedek alınır. Bunun için { $needed } MB gerekiyor, boş alan { $free } MB. Yer aç, sonra yeniden başlat.
error-no-room-for-backup = Yedek için { $folder } içinde, denemesi de dahil, { $needed } MB gerekiyor; boş alan { $free } MB. Yer aç veya başka bir klasör seç.
error-no-room-for-restore = Bu yedek için { $needed } MB gerekiyor, boş alan { $free } MB. Yer aç, sonra tekrar dene.
error-not-a-backup = “{ $folder }” içinde yedek yok: corpus.db eksik ya da bu, veri klasörünün kendisi. Bir yedeğin klasörünü seç.
error-backup-damaged = { $folder } içindeki yedek bozuk ({ $problem }). Hiçbir şey değiştirilmedi. Başka bir yedek kullan.
error-backup-unsound = { $folder } içindeki yeni yedek geri yüklenemedi ({ $problem }). newsdesk check komutunu çalıştır.
error-no-database-dump = “{ $folder }” içinde yedek yok ya da bu veritabanının yedeği değil. Bir yedeğin klasörünü seç.
error-transfer-same = Arşiv zaten orada. Başka bir veritabanı ya da klasör belirt.
error-transfer-not-empty = { $place } boş değil. Boş bir veritabanı ya da klasör seç.
error-transfer-unfinished = { $place } konumuna taşıma bitmedi. Arşivin bulunduğu yerden yeniden çalıştır.
error-transfer-outdated = { $place } konumuna taşıma başladıktan sonra arşiv değişti. Boş bir veritabanı ya da klasörle baştan başla.
error-transfer-differs = { $table } kopyası farklı: orada { $before }, burada { $after } satır var. Taşıma başladıktan sonra arşiv değişti. Boş bir veritabanı ya da klasörle baştan başla.
error-no-pg-dump = PostgreSQL yedekleri için { $program } gerekiyor, ama burada kurulu değil. PostgreSQL istemci programlarını kur ya da sunucunun kendisini yedekle.
error-pg-dump-failed = { $program } başarısız oldu: { $problem }. Hiçbir şey değişmedi. Sorunu giderip yeniden dene.
error-bad-cron = { $field ->
    [minute] Cron satırında dakika 0 ile 59 arasında olmalı, “{ $value }” olamaz.
    [hour] Cron satırında saat 0 ile 23 arasında olmalı, “{ $value }” olamaz.
    [monthday] Cron satırında ayın günü 1 ile 31 arasında olmalı, “{ $value }” olamaz.
    [month] Cron satırında ay 1 ile 12 veya jan ile dec arasında olmalı, “{ $value }” olamaz.
    [weekday] Cron satırında haftanın günü 0 ile 7 veya mon ile sun arasında olmalı, “{ $value }” olamaz.
   *[line] “{ $value }” bir cron satırı değil. Beş alan yaz, örneğin 30 8 * * 1-5.
}
error-bad-date = “{ $text }” bir tarih değil. Şöyle yaz: 12.3.2024, 2024-03-12 veya 2024.
error-bad-day = “{ $text }” geçerli bir gün değil. Haftalık bültenler için monday ile sunday, aylıklar için 1 ile 31 arasında bir gün yaz.
error-bad-exclusions = Dışarıda bırakılacaklar çok fazla. Her listede en çok { $longest } karakterlik { $most } kayıt olabilir.
error-exclusions-too-long = Dışarıda bırakılacaklar çok fazla. Bir alandaki kayıtlar toplam en çok { $most } karakter olabilir.
error-bad-minimum = “{ $text }” bir alt sınır değil. Örneğin şöyle yaz: score 10, comments 5.
error-bad-plan = Bu bültenin { $field } değeri sınırların dışında. Bülteni /digest create ile yeniden kur.
error-bad-tag-rule = “{ $text }” bir etiket kuralı değil. Yalnızca bir etiket ya da “Spor: source bbc.co.uk” gibi bir kural yaz.
error-bot-may-not-ping = Newsdesk, #{ $where } kanalında { $role } rolünden bahsedemiyor. Herkesin bahsetmesine izin ver ya da başka bir rol seç.
error-member-may-not-ping = #{ $where } kanalında { $role } rolünden bahsedemezsin. Bahsedebildiğin bir rol seç.
error-member-lacks = #{ $where } kanalında bu bülteni ayarlama iznin yok. Orada şu izin gerekli: { $permissions }.
error-no-such-role = O rolden bahsedilemez. Bu sunucudan @everyone dışında bir rol seç.
error-not-announcements = #{ $where } bir duyuru kanalı değil, oradan yayımlanamaz. Yayımlamayı kapat ya da başka bir kanal seç.
error-unknown-placeholder = { $name } burada kullanılamaz. Kullanılabilenler: { $known }.
error-bad-quiet = “{ $text }” bir saat aralığı değil. Şöyle yaz: 22:00-7:00 ya da off.
error-bad-settings-file = Bu bir Newsdesk ayar dosyası değil. “Dışa aktar” ile kaydedilmiş bir dosya seç.
error-bad-time = “{ $text }” bir saat değil. Şöyle yaz: 8:30 veya 20:15.
error-bad-zone = “{ $text }” bir saat dilimi değil. Şöyle yaz: Europe/Istanbul veya America/New_York.
# $operator is an operator of a search, such as score; $value is what was written after it.
error-operator-date = “{ $operator }:{ $value }” içinde tarih yok. Şöyle yaz: { $operator }:2024-03-12, { $operator }:2024 veya { $operator }:yesterday.
error-operator-number = “{ $operator }:{ $value }” içinde sayı yok. Şöyle yaz: { $operator }:>10, { $operator }:<5 veya { $operator }:10..20.
error-operator-or-excluded = OR yalnızca hariç tutulan bir sözcüğü author: gibi bir işleçle bağlayamaz. Aranacak bir sözcük ekle.
error-operator-value = “{ $operator }:{ $value }” bir ad içermiyor. Şöyle yaz: { $operator }:AD veya tırnak içinde { $operator }:"İKİ SÖZCÜK".
error-query-too-complex = Bu arama OR ve ayraçlarla çok fazla sözcüğü birleştiriyor. Ayraçların içine daha az sözcük yaz.
error-no-search-name = Aramaya bir ad ver.
error-no-such-saved-search = “{ $name }” adlı kayıtlı arama yok. Listeden birini seç.
error-not-your-search = Yalnızca kendi kaydettiğin aramaları silebilirsin. Paylaşılanları moderatörler silebilir.
error-too-many-saved = Burada zaten { $most } kayıtlı araman var. Önce birini sil.
error-too-many-shared = Bu sunucuda zaten { $most } paylaşılan arama var. Paylaşmadan kaydet veya önce birini sil.
error-bot-lacks = Newsdesk'in #{ $where } kanalında bülten yayımlama izni yok. Orada şu izinler gerekiyor: { $permissions }.
error-bot-may-not-post = Newsdesk'in #{ $where } kanalında mesaj gönderme izni yok. Orada Kanalı Görüntüle ve Mesaj Gönder izinleri gerekiyor.
error-bot-may-not-thread = Newsdesk'in #{ $where } kanalında alt başlık açma izni yok. Orada Herkese Açık Alt Başlıklar Oluştur izni gerekiyor.
error-bot-not-allowed = Newsdesk'in burada bunu yapma izni yok. Bu kanaldaki izinlerini kontrol et.
error-changed-meanwhile = Bülten { $schedule } az önce başkası tarafından değiştirildi. Kontrol et, sonra değişikliğini yeniden yap.
error-channel-gone = Bülten { $schedule } için seçilen kanal artık yok. /digest edit ile başka bir kanal seç.
error-channel-too-busy = Bu kanal dakikada { $most } soru sorabilir. { $seconds } saniye sonra tekrar dene.
error-commands-changed = Bu komut değişti. Yeni sürümü kullanmak için Discord'u yeniden başlat.
error-cron-too-often = { $minutes ->
    [one] Bir bülten en sık dakikada bir yayımlanabilir. Cron satırını seyrekleştir.
   *[other] Bir bülten en sık { $minutes } dakikada bir yayımlanabilir. Cron satırını seyrekleştir.
}
error-archive-unavailable = Arşive şu anda ulaşılamıyor. Birazdan tekrar dene.
error-bad-database-url = DATABASE_URL bir PostgreSQL veritabanı adresi değil. postgresql://user:password@host/newsdesk gibi bir adres kullan ve paroladaki özel karakterleri %40 gibi yaz.
error-database-busy = Arşiv ({ $file }) meşgul. Birazdan tekrar dene.
error-database-damaged = Veritabanı { $file } bozuk. Ne yapılacağını görmek için “newsdesk check” komutunu çalıştır.
error-database-read-only = Veritabanı { $file } salt okunur. Bulunduğu klasörün izinlerini kontrol et.
error-database-unreachable = { $file } açılamıyor. Klasörünün var olduğunu ve Newsdesk'in onu kullanabildiğini kontrol et.
error-disk-error = { $file } kullanılırken disk hata verdi. Diski kontrol et, gerekirse bir yedeği geri yükle.
error-disk-full = Disk dolu olduğu için { $file } büyüyemiyor. Yer aç, sonra tekrar dene.
error-no-locks = { $file }, kilit desteği olmayan bir dosya sisteminde ve bozulabilir. Veri klasörünü yerel bir diske taşı.
error-file-and-path = Ya dosya ya yol ver, ikisini birden verme.
error-follow-needs-manage = Bu kanala yalnızca moderatörler ve kanalı yönetebilen üyeler takip ekleyebilir.
error-forget-cancelled = Yazar yalnızca kısmen unutuldu. Bitirmek için komutu yeniden çalıştır.
error-purge-of-what = Neyin silineceğini belirt: --before, --source veya --subreddit; arşivin tamamı için yalnızca --all.
error-purge-cancelled = Yalnızca bir bölümü silindi. Bitirmek için komutu yeniden çalıştır.
error-archive-full-articles = Bu sunucunun arşivi en fazla { $most } haber alabilir ve bu yükleme sınırı aşar. Başka bir yüklemeyi geri al, daha az yükle veya bot yöneticisinden daha çok yer iste.
error-archive-full-size = Bu sunucunun arşivi en fazla { $most } MB metin alabilir ve bu yükleme sınırı aşar. Başka bir yüklemeyi geri al, daha az yükle veya bot yöneticisinden daha çok yer iste.
error-forum-needs-tag = #{ $where } forumundaki gönderilere etiket gerekiyor ve Newsdesk oradaki etiketlerin hiçbirini kullanamıyor. Herkesin kullanabileceği bir etiket ekle veya Newsdesk'e Alt Başlıkları Yönet iznini ver.
error-load-cancelled = Başlamadan iptal edildi. Hiçbir şey değişmedi.
error-load-not-running = Yükleme { $load } artık sürmüyor.
error-load-not-undoing = Yükleme { $load } artık geri alınmıyor.
error-load-not-waiting = Bu yükleme artık beklemiyor.
error-load-running = Yükleme { $load } hâlâ sürüyor. İptal et veya bitmesini bekle.
error-load-stalled = { $where } yakınında bir dakika boyunca hiçbir şey okunamadı, bu yüzden yükleme durduruldu. Dosyanın bu bölümünü çıkar, sonra yeniden dene.
error-loader-busy = Başka bir yükleme sürüyor. O bitince tekrar dene.
error-loader-died = Yükleme beklenmedik şekilde durdu (kod { $code }). O ana kadar kaydedilenler duruyor.
error-managers-only = Moderatör rolünü yalnızca Sunucuyu Yönet izni olan üyeler seçebilir.
error-mcp-extra-missing = MCP desteği kurulu değil. Kurmak için: pip install 'newsdesk[mcp]'.
error-health-port = { $port } numaralı bağlantı noktası açılamıyor. NEWSDESK_HEALTH_PORT için 1023'ün üzerinde boş bir bağlantı noktası seç.
error-member-may-not-post = #{ $where } kanalında mesaj gönderme iznin yok. Başka bir kanal seç.
error-member-may-not-thread = #{ $where } kanalında alt başlık açma iznin yok. Başka bir kanal seç.
error-model-extra-missing = Bir dil modeli ayarlanmış, ama istemcisi kurulu değil. Kurmak için: pip install 'newsdesk[openai]'.
error-model2vec-missing = “{ $setting }” sözcük vektörleri için model2vec gerekiyor. Kurmak için: pip install 'newsdesk[model2vec]'.
error-moderators-only = Bunu burada yalnızca moderatörler yapabilir: Sunucuyu Yönet izni veya /settings ile seçilen rolü olanlar.
error-names-hidden = Bu sunucu yorumcuları harflerle gösteriyor, bu yüzden adla arama yapılamıyor.
error-needs-cron = Bir cron satırı ekle: beş alan, örneğin 30 8 * * 1-5.
error-needs-query = Bir sorgu ekle: aranacak sözcükler, bir kaynak veya bir subreddit.
error-never-due = Bu tarih hiç gelmeyecek. Günü ve ayı kontrol et.
error-newer-schema = { $file } Newsdesk'in daha yeni bir sürümüyle oluşturulmuş (şema { $found }, bu sürüm { $known } destekliyor). Newsdesk'i güncelle.
error-newer-settings-file = Bu dosya Newsdesk'in daha yeni bir sürümüyle kaydedilmiş (biçim { $found }, bu sürüm { $known } destekliyor). Newsdesk'i güncelle.
error-no-archive = “{ $data }” içinde henüz arşiv yok. Önce bir döküm yükle veya --data ile başka bir klasör seç.
error-no-drop-folder = Aktarım klasörü yok. Bot yöneticisi NEWSDESK_DROP ile ayarlayabilir.
error-no-name = Tek bir yazarın adını arşivde göründüğü gibi, en fazla 80 karakterle yaz.
error-no-such-article = Buradaki hiçbir haber “{ $ref }” ile eşleşmiyor. Numarasını veya başlığının bir kısmını dene.
error-no-such-comment = Yorum { $comment } bu arşivde yok.
error-no-such-delivery = Gönderi { $delivery } bu sunucuya ait değil.
error-no-such-file = “{ $path }” adında bir dosya veya klasör yok.
error-no-such-follow = Burada { $follow } numaralı bir takip yok. /follow list ile takipleri gör.
error-no-room-for-load = Bu döküm yaklaşık { $needed } MB disk alanı istiyor, boş alan { $free } MB. Yer aç veya `sonra`, `en-az-puan` gibi filtrelerle bir bölümünü yükle.
error-no-such-load = Bu arşivde { $load } numaralı bir yükleme yok.
error-no-such-schedule = Bu sunucuda { $schedule } numaralı bir bülten yok. /digest list ile bültenleri gör.
error-no-such-tag = #{ $where } forumunda Newsdesk'in kullanabileceği “{ $text }” etiketi yok.
error-no-threads-there = Newsdesk #{ $where } kanalında alt başlık açamıyor. Bir metin kanalı seç veya alt başlıksız gönder.
error-not-a-member = Artık bu sunucunun üyesi değilsin.
error-not-a-message-channel = Takipler foruma gönderilemez. Bir metin kanalı veya alt başlık seç.
error-not-a-place-to-post = Newsdesk oraya gönderemiyor. Bir metin kanalı, alt başlık veya forum seç.
error-not-a-posting-channel = Moderatörler #{ $where } kanalında Newsdesk ile paylaşıma izin vermiyor. Komutlar sana özel yanıt vermeyi sürdürür; bir moderatör bunu /settings ile değiştirebilir.
error-not-dropped = Aktarım klasöründe “{ $name }” adında bir dosya yok.
error-not-for-adults = Bu haber 18+ olarak işaretli, #{ $where } ise yaş sınırlı bir kanal değil. Yaş sınırlı bir kanal seç.
error-not-our-database = { $file } bir Newsdesk veritabanı değil. Başka bir klasör seç veya bu dosyayı taşı.
error-not-resumable = { $state ->
    [queued] Yükleme { $load } başlamayı bekliyor.
    [running] Yükleme { $load } zaten sürüyor.
    [undoing] Yükleme { $load } kısmen geri alındı. Bitirmek için yeniden geri al.
    [undone] Yükleme { $load } geri alındı. Bunun yerine dökümü yeniden yükle.
   *[done] Yükleme { $load } zaten bitti.
}
error-not-your-follow = Yalnızca kendi oluşturduğun takipleri değiştirebilirsin. Moderatörler kanallarınkini de değiştirebilir.
error-nothing-mentioned = Bu mesajdaki bağlantılarla veya başlıkla eşleşen bir haber bu arşivde yok.
error-nothing-to-follow = Neyi takip edeceğini seç: sözcükler, bir kaynak veya bir yazar.
error-nothing-to-load = Dosya olarak bir döküm ekle veya yol olarak aktarım klasöründen birini seç.
error-nothing-to-resume = Sürdürülecek, durmuş veya başarısız bir yükleme yok.
error-port-unusable = { $port } numaralı bağlantı noktası kullanılamıyor. --port ile başka birini seç veya bu seçeneği yazma.
error-question-too-long = Bir soru en fazla { $most } karakter olabilir. Soruyu kısalt.
error-sample-loaded = Örnek zaten bu arşivde. /search harbour ile dene veya /archive undo ile kaldır.
error-sample-loading = Örnek şu anda yükleniyor. Raporu birazdan gelir.
error-server-only = Bu yalnızca sunucularda çalışır.
error-shard-count = Bu botun diğer süreçleri { $other } parçayla çalışıyor, bu ise { $count } parçayla başlatıldı. Aynı sayıyla başlat ya da önce diğerlerini durdur.
error-settings-file-cap = Bu ayar dosyasındaki follow_cap 0 ile { $most } arasında olmalı. Düzelt.
error-settings-file-channels = Bu ayar dosyasında paylaşım için { $most } kanaldan fazlası var. Bazılarını çıkar.
error-settings-file-field = Bu ayar dosyasındaki { $place } değeri yanlış türde. “Dışa aktar” ile kaydedilmiş bir dosya seç.
error-settings-file-follow = Bu ayar dosyasındaki { $number } numaralı takip boş veya fazla uzun. Düzelt veya çıkar.
error-settings-file-language = Bu ayar dosyasındaki “{ $language }” dili Newsdesk'te yok. Düzelt veya çıkar.
error-settings-file-languages = Bu ayar dosyasındaki diller tr gibi birkaç kısa kod olmalı. Düzelt.
error-settings-file-schedule = Bu ayar dosyasındaki { $number } numaralı bülten hiçbir zaman yayımlanamaz. Düzelt veya çıkar.
error-settings-file-too-large = Bu dosya bir ayar dosyası için fazla büyük. “Dışa aktar” ile kaydedilmiş bir dosya seç.
error-several-articles = Birden çok haber “{ $ref }” ile eşleşiyor: { $titles }. Listeden seç veya numarasını yaz.
error-stale-button = Bu düğmenin süresi doldu. Yeniden ara.
error-export-running = Bu sunucunun bir dışa aktarması zaten sürüyor. Bekle veya iptal et.
error-export-not-running = Süren bir dışa aktarma yok.
error-export-cancelled = Dışa aktarma iptal edildi.
error-export-too-large = Bu, Discord'un kabul ettiği boyutta { $most } dosyadan fazla eder. Bir konuyu veya aramayı dışa aktar ya da bot yöneticisinden newsdesk export iste.
error-export-too-slow = Dışa aktarma çok uzun sürdü. Bir konuyu veya aramayı dışa aktar ya da bot yöneticisinden newsdesk export iste.
error-export-one-subject = Bir konu veya arama seç, ikisini birden değil.
error-export-json-needs-output = --output ile bir dosya belirt: standart çıktıda dışa aktarmanın kendisi var.
error-nothing-to-export = Dışa aktarılacak bir şey yok.
error-request-decided = Bu istek zaten karara bağlandı veya süresi doldu.
error-too-many-requests = { $days } günde { $most } istekte bulunabilirsin. Moderatörlerin kararını bekle veya daha sonra yeniden dene.
error-too-many-open-requests = Bu sunucunun moderatörlerinde çok fazla açık istek var. Daha sonra yeniden dene.
error-thinker-died = Bu konu iki denemede de okunamadı. Daha sonra tekrar dene. Nedeni bot yöneticisinin günlüğünde yazıyor olabilir.
error-thread-article-gone = Bu alt başlığın haberi artık arşivde yok. Başka bir kanalda sor.
error-thread-in-thread = #{ $where } zaten bir alt başlık. Yeni alt başlık için bir kanal seç.
error-thread-locked = { $where } alt başlığı kapalı ve kilitli. Kilidini aç veya Newsdesk'e Alt Başlıkları Yönet iznini ver.
error-too-many-files = Newsdesk çok fazla dosya açmış durumda. Birazdan yeniden dene. Yine olursa bot yöneticisi sınırı yükseltebilir (ulimit -n).
error-took-too-long = Bu çok uzun sürdü. Birazdan tekrar dene.
error-queue-of-member = Sırada bekleyen { $most } isteğin var. Biri bitene kadar bekle.
error-queue-of-server = Bu sunucudan { $most } istek zaten sırada bekliyor. Biraz sonra yeniden dene.
error-too-many-follows = { $most ->
    [one] Burada yalnızca 1 takip olabilir. Önce onu /follow remove ile kaldır.
   *[other] Burada zaten { $most } takip var, sınır bu kadar. Birini /follow remove ile kaldır.
}
error-too-many-schedules = { $most ->
    [one] Burada yalnızca 1 bülten olabilir. Önce onu sil.
   *[other] Burada zaten { $most } bülten var, sınır bu kadar. Önce birini sil.
}
error-too-many-to-publish = Discord bir kanaldan saatte en çok { $most } mesaj yayımlar. Daha az haber seç ya da hepsi için tek gönderi yap.
error-too-many-direct-schedules = Burada zaten { $most } bülteni direkt mesajla alıyorsun, sınır bu. Önce birini sil.
error-try-extra-missing = Deneme için simüle Discord gerekiyor. Kurmak için: pip install 'newsdesk[try]'.
error-undo-cancelled = Yükleme { $load } yalnızca kısmen geri alındı. Bitirmek için yeniden geri al.
error-unknown-follow = { $follow } numaralı bir takip yok. “newsdesk follows” hepsini listeler.
error-vectors-damaged = Sözcük vektörleri eksik: { $file } yok veya bozuk. wordllama paketini yeniden kur veya NEWSDESK_VECTORS değerini off yap.
error-vectors-unusable = “{ $setting }” sözcük vektörleri kullanılamıyor: { $reason }. Başka bir model, shipped veya off seç.

## Search

search-heading = **{ $query } için { $count } konu**
search-heading-more = **{ $query } için { $count } konudan fazlası var**
search-heading-respelt = { $query } için konu yok. Gösterilen: **{ $instead } için { $count } konu**
search-heading-all = **{ $count } konu**
search-heading-all-more = **{ $count } konudan fazla**
# $word is a word of the search in quotation marks.
search-word-count = { $count ->
    [0] { $word } hiçbir metinde yok
   *[other] { $word } { $count } metinde
}
search-word-count-more = { $word } { $count } metinden fazlasında
# $words is a list of words in quotation marks.
search-ignored = aranmayanlar: { $words }
# $words are words in quotation marks that are near in meaning to those of the search.
search-heading-meaning = Hiçbir metinde { $query } yok; anlamca en yakın: { $count } konu ({ $words })
search-near = Anlamca en yakın ({ $words }):
search-some = Sözcüklerin yalnızca bir kısmıyla:
search-order-relevance = en iyi eşleşmeler önce
search-order-newest = en yeniler önce
search-order-score = en yüksek puan önce
search-only-articles = yalnızca haberler
search-only-comments = yalnızca yorumlar
search-from-source = kaynak: { $source }
search-by-author = yazan: { $author }
search-since = { $day } ve sonrası
search-before = { $day } öncesi
search-all-words = { $count ->
    [0] hiçbirinde tüm sözcükler yok
    [one] yalnızca ilkinde tüm sözcükler var
   *[other] ilk { $count } konuda tüm sözcükler var
}
search-nothing = Bu arşivde { $query } hakkında bir şey yok ({ $size }).
search-nothing-narrowed = { $query } için bir şey bulunamadı ({ $filters }). Bu arşivde { $size } var.
search-typed = { $query } için ara
search-beginnings = { $words } için yalnızca en sık geçen sözcükler arandı. Diğerlerini aramak için daha fazla harf yazın.
search-cut-short = Bu arama çok uzun sürdüğü için yarıda kesildi. Bazı sonuçlar eksik olabilir.
search-everything = Her yerde ara
search-newest = En yeni
search-highest = En yüksek puan
search-best = En iyi önce
search-only-comments-button = Yalnızca yorumlar
search-articles-too = Tümü
search-jump = Şuraya git…
search-hit-article = Haber
search-hit-comment = Yorum
search-also-in-comments = { $count } yorumda daha geçiyor
search-story = { $threads } konu, { $papers } gazete
search-story-threads = { $count } konu
search-mentioned = **Arşivde** · { $count } haber
search-help =
    ### Arama
    Arama başlıklara, haberlere ve yorumlara bakar. Sözcükler her sırayla ve her ekle bulunur. Her konu bir kez, en iyi bölümüyle listelenir. Tüm sözcükleri içeren konular önce gelir.
    `"tren garı"` bu sözcükler yan yana
    `pazar -balık` bir sözcük hariç
    `pazar -"tren garı"` bir ifade hariç
    `tramvay OR martı` ikisinden biri, `tramvay | martı` da olur
    `tezgâh*` bu harflerle başlayan sözcükler
    `balık-ekmek` tireli sözcükler ifade sayılır
    `(tramvay OR otobüs) grev NOT tren` ayraçlar; AND, OR ve NOT ile
    `title:tramvay`, `author:AD`, `source:SİTE`, `r/AD`, `flair:"İKİ SÖZCÜK"` önünde `-` ile de
    `score:>10`, `comments:5..20`, `after:2024-03`, `before:yesterday` sayılar ve tarihler
    {"**"}Seçenekler** aramayı daraltır: `yer` haberler veya yorumlar, `kaynak` bir site, `yazar` haberi gönderen veya yorumu yazan kişi, `sonra` (o günden itibaren) ve `önce`, örneğin 2024, 2024-03 veya 12.3.2024. **En yeni** düğmesi aynı sonuçları tarihe göre sıralar.
    -# Aksanlar ve büyük harfler fark etmez. Çince, Japonca ve Korecede boşluk gerekmez. Bir sözcük hiçbir yerde geçmiyorsa en yakın yazımı aranır ve sonuçlar bunu belirtir; sayılar hiç değiştirilmez.

## Browsing

browse-sources = **{ $count } kaynak**
browse-subreddits = **{ $count } subreddit**
browse-flairs = **{ $count } etiket**
browse-days = **{ $count } gün**
browse-months = **{ $count } ay**
browse-most-first = en çok konusu olan önce
browse-tab-sources = Kaynaklar
browse-tab-subreddits = Subreddit'ler
browse-tab-flairs = Etiketler
browse-tab-days = Günler
browse-tab-months = Aylar
browse-open = Aç…
browse-nothing = { $by ->
    [source] Bu arşivde kaynağı belli haber yok.
    [subreddit] Bu arşivde subreddit'ten gelen haber yok.
    [flair] Bu arşivde etiketli haber yok.
   *[day] Bu arşivde tarihi belli haber yok.
}
saved-heading = **{ $count } kayıtlı arama**, en çok { $most }
saved-shared-heading = **Bu sunucuda başkalarının paylaştıkları**
saved-is-shared = paylaşılan
saved-run = Çalıştır…
saved-hint = Birini { $command } ile sil.
saved-none = Henüz kayıtlı araman yok. { $command } ile veya bir aramadaki Kaydet düğmesiyle kaydet.
# $name is in quotation marks, here and below.
saved-saved = { $name } kaydedildi. { $command } ile yeniden çalıştır.
saved-deleted = { $name } adlı kayıtlı arama silindi.
saved-form-title = Bu aramayı kaydet
saved-form-label = Ad
# $query is in quotation marks.
trend-heading = { $query } { $count } metinde
trend-heading-about = { $query } yaklaşık { $count } metinde
trend-bars = { $unit ->
    [day] her çubuk bir gün
    [month] her çubuk bir ay
   *[year] her çubuk bir yıl
}
trend-peak = en çok: { $when } ({ $count })
trend-description = { $query } geçen metinlerin çubuk grafiği, { $first } – { $last }. En yüksek çubuk: { $peak } ({ $count }).
trend-open = Metinleri göster

## Articles

article-first-comment = ilk yorum: { $day }
article-adults-only = 18+
article-reading-time = { $minutes } dk okuma
article-headline-only = Bu haberin yalnızca başlığı var.
article-full-text = Tam metin
article-text-cut = Metnin devamı burada gösterilemeyecek kadar uzun.
article-another = Başka bir haber
article-discuss = Tartış
article-original = Özgün haber
article-shorter = Daha kısa
article-longer = Daha uzun
author-deleted = silinmiş hesap
author-unnamed = adsız
commenter-letter = Yorumcu { $letter }
commenter-unknown = Bir yorumcu
article-related-heading = ### Benzer haberler: { $title }
article-related-none = Bu arşivde henüz benzer haber yok.
article-related-reasons = İkisinde de geçiyor: { $phrases }
article-timeline-heading = ### Kronoloji: { $title }
article-timeline-same = Aynı haber
article-timeline-reports = Aynı mesele üzerine başka konular
article-timeline-alone = Arşivde bu haberle ilgili başka konu yok.
article-timeline-open = Bir konu aç
article-timeline-oldest = { $count } konunun en eski { $shown } tanesi
article-posted = Gönderildi: { $link }
article-untitled = Haber
article-thread-hint = -# Bu haber hakkında soru sormak için mesajına { $me } ekle. Newsdesk yalnızca kendisinden @bahseden veya kendisine yanıt veren mesajları okur.

comments-heading = ### Yorumlar: { $title }
comments-none = Bu haberin henüz yorumu yok. Yorumlar yüklenince burada görünür.
comments-all-deleted = { $count ->
    [one] Tek yorum silinmiş.
   *[other] { $count } yorumun tamamı silinmiş.
}
comments-newest-first = en yeniler önce
comments-best-first = en iyiler önce
comments-most-answered-first = en çok yanıt alanlar önce
comments-oldest-first = en eskiler önce
comments-in-thread = en eskiler önce, yanıtlar altında
comments-newest-button = En yeniler
comments-best-button = En iyiler
comments-oldest-button = En eskiler
comments-thread-button = Sohbet sırası
comments-deleted = { $count } yorum daha silinmiş
comments-hide-bots = { $count } bot yorumunu gizle
comments-show-bots = { $count } bot yorumunu göster
comments-bots-hidden = { $count } bot yorumu gizlendi
comments-threads = { $count } konudan
comments-some-threads = { $all } konunun { $count } tanesinden
comments-one-thread = yalnızca { $thread }
comments-select-thread = Bir konu seç…
comments-all-threads = Bu haberin tüm konuları ({ $count })
comments-threads-together = { $all } konunun { $count } tanesi birlikte
comments-other-reports = { $count } konu daha aynı meseleyi ele alıyor.
comments-read-in-full = Tamamını oku…
comments-go-to = Şuraya git…
comments-range = Yorumlar { $range }
comment-on = haber: { $title }
comment-surrounding = Çevresindeki yorumlar
comment-parent = Üst yorum
comment-replying = yanıtlanan: { $author }
comment-replying-missing = arşivde olmayan bir yoruma yanıt
comment-replies = { $count } yanıt
comment-replies-of = { $author }: { $count } yanıt
comment-replies-heading = ### { $count } yanıt, yanıtlanan: { $author }
comment-back = Yoruma dön
comment-loaded = { $day } tarihinde { $name } dosyasından yüklendi (yükleme { $load })
comment-captured = { $day } tarihli kopya
comment-edited = { $day } tarihinde düzenlendi
comment-changed-by = yükleme { $load } ile güncellendi

## Comment digests

comment-digest-heading = ### Neler söyleniyor: { $title }
comment-digest-theme-quote = **“{ $quote }”** — { $author }
comment-digest-theme-second = “{ $quote }” — { $author }
comment-digest-theme-quote-within = { $author } diyor ki **“{ $quote }”** — { $details }
comment-digest-theme-second-within = { $author } diyor ki “{ $quote }” — { $details }
comment-digest-quote-within = { $author } diyor ki “{ $quote }”
comment-digest-opening = { $total } yorumdan { $count } tanesinde { $words } geçiyor
comment-digest-opening-few = Öne çıkan tek bir konu yok: { $total } yorumdan { $count } tanesinde { $words } geçiyor
comment-digest-theme-mentions = { $count } yorumda { $words } geçiyor
comment-digest-theme-says = { $count } yorum daha aşağı yukarı aynı şeyi söylüyor
comment-digest-theme-replies = { $count } yanıt
comment-digest-more-themes = devamında { $count } konu daha: { $comments }
comment-digest-also-mentioned = Ayrıca geçen sözcükler: { $subjects }
comment-digest-mentioned-most = En çok geçen sözcükler: { $subjects }
comment-digest-subject = { $words } ({ $comments })
comment-digest-rest = { $count } yorum daha: { $groups }
comment-digest-rest-among = { $count } yorum daha (bunlardan { $groups })
comment-digest-rest-mentions = { $count } yorumda “{ $word }” geçiyor
comment-digest-rest-only-points = { $count } yorum daha
comment-digest-rest-points = { $count } daha uzun yorum
comment-digest-rest-questions = { $count } soru
comment-digest-rest-short = { $count } kısa söz
comment-digest-rest-jokes = { $count } şaka
comment-digest-more-comments = { $count } yorum daha
comment-digest-disputed = { $count ->
    [one] Bir yorumcu habere itiraz ediyor
   *[other] { $count } yorumcu habere itiraz ediyor
}
comment-digest-disputed-figures = { $count ->
    [one] **Bir yorumcu habere itiraz ediyor:** { $theirs }, { $ours } değil
   *[other] **{ $count } yorumcu habere itiraz ediyor:** { $theirs }, { $ours } değil
}
comment-digest-article-says = Haberde: “{ $quote }”
comment-digest-added = Haberde olmayanlar
comment-digest-single-points = Başka görüşler
comment-digest-single-points-alone = Yorumlardan
comment-digest-questions = Yanıtsız sorular
comment-digest-links = Paylaşılan bağlantılar
comment-digest-busiest = **En yoğun zaman:** { $time } ile başlayan { $span } içinde { $count } yorum
comment-digest-chart-caption = { $start } – { $end } · her çubuk { $span }
comment-digest-chart-description = { $start } – { $end } arasındaki { $count } yorumun çubuk grafiği. Her çubuk { $span }. En yüksek çubuk { $peak } itibarıyla { $highest } yorum gösteriyor.
comment-digest-coverage = { $total } yorumun { $read } tanesine dayanıyor (atlanan: { $skipped })
comment-digest-coverage-all = { $total ->
    [one] Tek yoruma dayanıyor
   *[other] { $total } yorumun tamamına dayanıyor
}
comment-digest-known = Arşivde yaklaşık { $known } yorumdan { $count } tanesi var.
comment-digest-skipped-deleted = { $count } silinmiş
comment-digest-skipped-bots = { $count } bot
comment-digest-skipped-copies = { $count } yinelenen
comment-digest-skipped-unread = eşit aralıklı örneklem dışında { $count }
comment-digest-skipped-brief = { $count } çok kısa
comment-digest-page-overview = Genel bakış
comment-digest-page-themes = Diğer konular
comment-digest-page-more = Daha fazlası
comment-digest-all-of-theme = Bir temanın tüm yorumları…
comment-digest-open = Bir yorum aç…

## Scheduled digests

digest-timing = { $every ->
    [daily] her gün saat { $time } ({ $zone })
    [weekdays] pazartesiden cumaya saat { $time } ({ $zone })
    [weekly] her { $weekday } saat { $time } ({ $zone })
    [monthly] her ayın { $day }. günü saat { $time } ({ $zone })
    [monthly-or-last] her ayın { $day }. günü, yoksa son günü saat { $time } ({ $zone })
   *[cron] cron `{ $cron }` ({ $zone })
}
digest-source = { $what ->
    [newest] son bültenden sonra gelenler
    [on-this-day] tarihte bugün
    [most-discussed] tüm zamanların en çok tartışılanları
    [search] “{ $text }” için en yeniler
    [source] { $text } kaynağından en yeniler
    [subreddit] r/{ $text } içinden en yeniler
   *[random] rastgele seçim
}
digest-source-most-discussed = { $days ->
    [one] son bir günün en çok tartışılanları
   *[other] son { $days } günün en çok tartışılanları
}
digest-heading = { $what ->
    [newest] Arşivde yeni
    [on-this-day] Tarihte bugün
    [most-discussed] Tüm zamanların en çok tartışılanları
    [search] “{ $text }” için yeniler
    [source] { $text } kaynağından yeniler
    [subreddit] r/{ $text } içinden yeniler
   *[random] Arşivden
}
digest-heading-most-discussed = { $days ->
    [one] Son bir günün en çok tartışılanları
   *[other] Son { $days } günün en çok tartışılanları
}
digest-up-to-headlines = { $count ->
    [one] 1 başlık
   *[other] en fazla { $count } başlık
}
digest-up-to-summaries = { $count ->
    [one] 1 özet
   *[other] en fazla { $count } özet
}
digest-up-to-comment-digests = { $count ->
    [one] 1 haber, yorum özetiyle
   *[other] en fazla { $count } haber, yorum özetleriyle
}
digest-late = kaçırılırsa en fazla { $hours } saat geç yayımlanır
digest-never-late = kaçırılan yayınlar atlanır
digest-quiet = sessiz saatler: { $start } – { $end }
digest-target = { $target ->
    [thread] her gönderide bir alt başlık açılır
   *[forum] her seferinde bir forum gönderisi
}
digest-target-tagged = her seferinde bir forum gönderisi, etiketi: { $tag }
digest-skips-empty = boş günler atlanır
digest-posts-empty = yeni bir şey olmasa da yayımlanır
digest-posts-each = her haber için ayrı gönderi
digest-pings = bahsettiği rol: { $role }
digest-silent = bildirimsiz
digest-published = takip eden kanallarda da yayımlanır
digest-pinned = son gönderi sabitlenir
digest-tags = kurala göre etiketler: { $tags }
digest-own-template = kendi şablonu

### Posts of digests

digest-nothing-new = Bu sefer yeni bir şey yok.
digest-why-these = Neden bunlar?
digest-direct = direkt mesajla
digest-from-server = { $server } sunucusundan bültenin
digest-more-posts = { $count ->
    [one] Başka bir haber için bunun gibi 1 gönderi daha.
   *[other] Her haber için bir tane olmak üzere bunun gibi { $count } gönderi daha.
}
digest-quote = “{ $quote }” *{ $author }*
digest-also = Ayrıca: { $reports }
digest-also-more = Ayrıca: { $reports } ve { $count } tane daha
digest-chart-caption = { $number } numaralı haberin yorumları: { $caption }
topic-heading = ### Bülten: { $topic }
topic-respelt = “{ $topic }” için konu yok. Gösterilen: **“{ $instead }”**.

### Planning a digest

digest-preview = Önizleme. Kaydedene kadar hiçbir şey yayımlanmaz.
digest-preview-of-change = Bülten { $number } için, değişikliklerinle önizleme. Kaydedene kadar bülten olduğu gibi kalır.
digest-where = **Yayımlanacağı yer:** <#{ $channel }>
digest-where-direct = **Gönderilir:** sana, direkt mesajla
digest-show-post = Gönderiyi göster
digest-show-times = Saatler ve son 7 gün
digest-next-runs = **Sonraki yayınlar**
digest-run-held = sessiz saatlerden sonra
digest-run-moved = { $every ->
    [cron] saat değişikliği nedeniyle daha geç
   *[other] saat değişikliği nedeniyle daha geç: o gün { $time } diye bir saat yok
}
digest-run-clocks-change = bundan önce { $zone } saat diliminde saatler değişiyor
digest-past-runs = **Son 7 günde şunlar yayımlanırdı**
digest-no-past-runs = Son 7 günde hiçbir şey yayımlanmazdı.
digest-past-left-out = { $count ->
    [one] Filtreler 1 haberi dışarıda bırakıyor.
   *[other] Filtreler { $count } haberi dışarıda bırakıyor.
}
digest-earlier-past-runs = Önceki { $runs } yayında { $articles } haber, sonra:
digest-past-run-empty = hiçbir şey
digest-more = ve { $count } tane daha
digest-saved = Bülten { $number } kaydedildi.
digest-changed = Bülten { $number } değiştirildi.
digest-still-paused = Hâlâ duraklatılmış durumda. { $resume } ile sürdür.
digest-not-saved = Kaydedilmedi. Hiçbir şey değişmedi.
digest-next-post = Sonraki gönderi: { $when }, { $relative }
digest-no-next-post = Sırada gönderi yok.

### Lists, settings and history

digest-list = **Planlanmış bültenler** · { $count }
digest-list-empty = Henüz bülten yok. Bültenler, arşivden haberleri istediğin sıklıkta bir kanalda yayımlar. { $create } ile bir tane oluştur.
digest-list-direct = **Sana gönderilen bültenler**
digest-name = Bülten { $number }
digest-title = ### Bülten { $number }: { $what }
digest-next = sonraki { $when }
digest-state = { $state ->
    [active] etkin
    [paused] duraklatıldı
   *[deleted] silindi
}
digest-paused-because = duraklatıldı: { $reason }
digest-status = **Durum:** { $state }
digest-last-run = Son yayın: { $run }
digest-created-by = oluşturan: { $name } · { $when }
digest-paused = Bülten { $number } duraklatıldı. { $resume } ile sürdür.
digest-resumed = Bülten { $number } yeniden etkin.
digest-deleted = Bülten { $number } silindi. Gönderileri kalıyor.
digest-running = Bülten { $number } birazdan <#{ $channel }> kanalında yayımlanacak. Takvimi değişmedi.
digest-running-direct = Bülten { $number } birazdan sana gönderilecek. Takvimi değişmez.
digest-open = Bir bülten aç
digest-pause-several = Bültenleri duraklat
digest-new = Yeni bülten…
digest-all = Tüm bültenler
digest-edit = Düzenle…
digest-posts = Gönderiler…
digest-template = Şablon…
digest-run = Şimdi yayımla
digest-history = Geçmiş
digest-delete = Sil…
digest-delete-question = Bülten { $number } silinsin mi? Gönderileri kalır.
digest-delete-confirm = Bülteni sil
leave-out-button = Dışarıda bırak…
leave-out-title = Dışarıda bırakılacaklar
leave-out-words = Sözcükler
leave-out-words-hint = Başlıkta ya da metinde, virgülle ayır
leave-out-sources = Kaynaklar ve subreddit'ler
leave-out-sources-hint = Örneğin courier.example, r/funny
leave-out-authors = Yazarlar
leave-out-flair = Flair
leave-out-commas = Virgülle ayır
leave-out-minimum = En az puan ve yorum
leave-out-minimum-hint = Örneğin: score 10, comments 5
leave-out = dışarıda bırakılır: { $what }
leave-out-author = bir yazar
leave-out-list = { $filter ->
    [words] sözcükler: { $names }
    [sources] kaynaklar: { $names }
    [authors] yazarlar: { $names }
    [subreddits] { $names }
   *[flair] flair: { $names }
}
leave-out-score = { $count ->
    [one] 1 puandan az
   *[other] { $count } puandan az
}
leave-out-comments = { $count ->
    [one] yorumsuz
   *[other] { $count } yorumdan az
}
leave-out-reason = { $whose ->
    [server] bu sunucunun filtresiyle atlandı: { $what }
   *[digest] bu bültenin filtresiyle atlandı: { $what }
}
digest-form-new = Yeni bülten
digest-form-when = Ne sıklıkta
digest-form-time = Saat
digest-form-time-hint = 08:00, pazartesi 08:00, 15 08:00 (ayın günü) ya da bir cron satırı
digest-form-what = Ne yayımlansın
digest-form-query = Sözcükler, kaynak ya da subreddit
digest-form-query-hint = Yalnızca arama, kaynak ya da subreddit için
digest-form-style = Her haberin ne kadarı gösterilsin
post-form-title = Nasıl yayımlanır
post-form-count = Gönderiler
post-form-one = Tüm haberler için tek gönderi
post-form-each = Her haber için ayrı gönderi
post-form-role = Bahsedilecek rol
post-form-role-hint = Varsayılan: yok. Yalnızca senin bahsedebildiğin bir rol, ilk gönderinin başında.
post-form-how = Ayrıca
post-form-silent = Bildirimsiz yayımla
post-form-publish = Duyuru kanallarında yayımla
post-form-pin = Son gönderiyi sabitle, öncekini kaldır
post-form-tags = Etiketler, her satırda bir kural
post-form-tags-hint = Haber · Spor: source bbc.co.uk · Yardım: flair Soru · Liman: search "fish market"
template-form-title = Şablon
template-form-heading = Üst kısım
template-form-item = Her haber
template-form-footer = Alt kısım
template-form-hint = { "{" }{ "}" } içinde: { $names }
digest-paused-itself = <#{ $channel }> kanalındaki bülten { $number } duraklatıldı: { $reason }. Bu düzelince { $resume } ile sürdür. Ayrıntılar için { $why } kullan.
digest-posted = { $count } haber yayımlandı
digest-posted-parts = { $count } gönderiden { $posted } tanesi yayımlandı
digest-outcome = { $state ->
    [claimed] sırada
    [sending] yayımlanıyor
    [empty] yayımlanacak bir şey yok
    [missed] kaçırıldı
   *[failed] başarısız
}
digest-outcome-because = { $state ->
    [claimed] sırada: { $reason }
    [sending] yayımlanıyor: { $reason }
    [missed] kaçırıldı: { $reason }
   *[failed] başarısız: { $reason }
}
digest-on-request = istek üzerine
digest-explain-run = Bir yayını açıkla…

### Why an article was posted or skipped

digest-rule = { $rule ->
    [picked] seçildi
    [new-comments] yeni yorumları için yeniden seçildi
    [shown-before] daha önce yayımlandığı ve yeni yorumu olmadığı için atlandı
    [twin] diğer arşivdeki kopyası seçildiği için atlandı
    [story-shown] aynı haberin başka bir konusu daha önce paylaşıldığı için atlandı
    [same-story] aynı haberin başka bir konusu seçildiği için atlandı
    [over-18] kanal yaş sınırlı olmadığı için atlandı
   *[enough] başka haberler öne geçtiği için atlandı
}
digest-over-18 = 18+ olarak işaretli bir haber
digest-more-skipped = ve atlanan { $count } haber daha
digest-not-run = Bu bülten henüz yayımlanmadı.
digest-never-considered = Bu bülten bu haberi hiç değerlendirmedi. İçeriği: { $what }.
digest-asked-future = Bu zaman henüz gelmedi.
digest-asked-quiet = Bu zaman sessiz saatlere denk geliyor ({ $start } – { $end }); o sırada hiçbir şey yayımlanmaz.
digest-chance = Şimdi yayımlansa: { $rule }
digest-chance-none = Şimdi yayımlansa bu haberi değerlendirmezdi.
digest-chance-random = Sonraki yayın rastgele seçer.

### Why a digest was not posted or is paused: stands after a colon

digest-reason-deleted = bülten silindi
digest-reason-discord-refused = Discord gönderiyi reddetti
digest-reason-forum-needs-tag = forum etiket istiyor, Newsdesk ise etiket ekleyemiyor
digest-reason-no-such-tag = seçilen etiket forumda artık yok ya da Newsdesk onu ekleyemiyor
digest-reason-nothing = haber artık arşivde değil
digest-reason-paused = bülten duraklatıldı
digest-reason-quiet = sessiz saatlerde bekletildi, sonra çok geç oldu
digest-reason-too-late = yayımlamak için çok geç
digest-reason-unreachable = Discord'a ulaşılamıyor; Newsdesk denemeye devam ediyor

## Posts

permission-view-channel = Kanalı Görüntüle
permission-attach-files = Dosya Ekle
permission-send-messages = Mesaj Gönder
permission-send-messages-in-threads = Alt Başlıklarda Mesaj Gönder
permission-create-posts = Gönderi Oluştur
permission-create-public-threads = Herkese Açık Alt Başlıklar Oluştur
permission-manage-threads = Alt Başlıkları Yönet
permission-pin-messages = Mesajları Sabitle
permission-read-message-history = Mesaj Geçmişini Oku

### Why a message was not sent or edited: stands after a colon

reason-bot-removed = Newsdesk artık o sunucuda değil
reason-channel-gone = kanal silindi
reason-fault = bizden kaynaklanan bir sorun oluştu; ayrıntılar bot yöneticisinin günlüğünde
reason-may-not-post = Newsdesk'e orada { permission-view-channel } ve { permission-send-messages } izinleri gerekiyor
reason-needs = Newsdesk'e orada şu izinler gerekiyor: { $permissions }
reason-thread-archived = alt başlık arşivlenmiş ve kilitli
reason-edit-direct-refused = üyenin direkt mesajları kapalı
reason-edit-refused = Discord düzenlemeyi reddetti
reason-edit-no-access = Newsdesk artık o kanalı göremiyor
reason-edit-too-late = Discord'a bir hafta boyunca ulaşılamadı
reason-message-gone = mesaj zaten silinmiş

### Posts that show undone or erased content

posts-marked = Newsdesk'in bu sunucudaki { $count } gönderisi, geri aldığın içeriği hâlâ gösteriyor.
posts-marked-choice = Temizlersen bu içerik gönderilerden kaldırılır. Geriye bir şey kalmayan gönderiler silinir.
posts-redact = { $count } gönderiyi temizle
button-redact-posts = Gönderileri temizle
nothing-changed = Hiçbir şey değiştirilmedi.
posts-kept = Gönderiler olduğu gibi kalıyor.
posts-none-marked = Burada temizlenmesi gereken gönderi yok.
posts-edited = { $count } gönderi düzenlendi.
posts-deleted = Geriye bir şey kalmadığı için { $count } gönderi silindi.
posts-waiting = { $count } gönderi daha, Discord izin verince düzenlenecek.
post-not-edited = Düzenlenemedi: { $link } ({ $reason })
post-not-edited-direct = Düzenlenemedi: bir direkt mesaj ({ $reason })
post-edit-failed = { $link } hâlâ geri alınmış veya silinmiş içeriği gösteriyor. Newsdesk düzenleyemedi: { $reason }. Gönderiyi elle sil.
post-items-removed = Bu mesajdan { $count } öğe kaldırıldı.
post-since-undone = { $count ->
    [0] yorumlar sonradan geri alındı
    [one] 1 öğe sonradan geri alındı
   *[other] { $count } öğe sonradan geri alındı
}
post-since-edited = { $count ->
    [0] sonradan düzenlendi
    [one] sonradan düzenlendi: 1 öğe kaldırıldı
   *[other] sonradan düzenlendi: { $count } öğe kaldırıldı
}
post-since-emptied = sonradan silindi: geriye bir şey kalmadı
post-since-deleted = mesaj sonradan silindi
post-since-waiting = düzenleme bekliyor
post-since-not-edited = düzenlenemedi: { $reason }

## Follows

follow-search-narrowed = “{ $query }” ({ $filters })
follow-everything = her şey ({ $filters })
follow-comments = “{ $title }” haberine gelen yorumlar
follow-comments-gone = kaldırılmış bir haberin yorumları
follow-added = Artık takip ediyorsun: { $what }. Yeni bir şey gelince direkt mesaj alacaksın.
follow-added-here = { $channel } artık takip ediyor: { $what }. Yeni bir şey gelince Newsdesk oraya gönderecek.
follow-known = Bunu zaten takip ediyorsun: { $what }.
follow-known-here = { $channel } bunu zaten takip ediyor: { $what }.
follow-direct-limits = Direkt mesajların kapalıysa takip duraklatılır.
follow-now-muted = Sessize alındı: { $what }. { $list } ile sürdür veya kaldır.
follow-now-resumed = Yeniden etkin: { $what }. Bildirimler sonraki yüklemeyle yeniden başlar.
follow-now-removed = Takip kaldırıldı: { $what }.
follow-none = Burada henüz bir takibin yok. { $add } ile bir aramayı takip et ya da arama sonuçlarının veya bir haberin altındaki **Takip et** düğmesine bas.
follow-own = **Takiplerin**, direkt mesajla
follow-channels = **Kanalın takipleri**
follow-held-back = Son 24 saatte { $count } yükleme günlük sınırını aştı. Neler eklendiğini { $catchup } ile gör.
follow-choose = Bir takip seç…
follow-choose-mute = Sessize al…
follow-mute = Sessize al
follow-resume = Sürdür
follow-remove = Kaldır
follow-here = Burada da takip et
follow-active = etkin
follow-muted = sessizde
follow-paused = duraklatıldı: { $reason }
follow-paused-notice = { $channel } kanalında { $count } takip duraklatıldı: { $reason }. Bunu düzelt, sonra { $list } ile sürdür.
follow-reason-direct-refused = Newsdesk'ten gelen direkt mesajlar engelli
follow-reason-discord-refused = Discord mesajı reddetti
follow-reason-left = artık sunucunun üyesi değil

### Notices of follows

follow-heading = Yeni: { $what }
follow-heading-comments = Yeni yorumlar: { $title }
follow-new-comments = { $count } yeni yorum
follow-threads-at-least = en az { $count } konu
follow-more = ve { $count } tane daha
follow-more-at-least = ve en az { $count } tane daha
follow-show-all = Tümünü göster
follow-show-all-for = Tümü: { $what }
follow-last-today = Takiplerden buraya bugün gelen son mesaj bu. Gerisini { $catchup } gösterir; moderatörler sınırı { $settings } ile yükseltebilir.
follow-in-server = Bunu { $server } sunucusunda takip ediyorsun.
follow-help =
    ### Takip
    { $add } bir aramayı takip eder. Eşleşen haberler yüklenince başlıklarıyla tek bir direkt mesaj alırsın. Moderatörsen veya bir kanalı yönetebiliyorsan, oraya gönderilmesi için `kanal` seç.
    Arama sonuçlarının altındaki **Takip et** düğmesi de aynı işi görür. Bir haberin altındaysa yorumları takip eder.
    Her haber, sonradan kaç yorum alırsa alsın, bir kez bildirilir. Bir yükleme geri alınıp yeniden yüklenirse haberleri yeni sayılır. Bir kanal, tüm takipleri için yükleme başına tek mesaj alır.
    {"**"}Sessize al**, takibi sen { $list } ile sürdürene kadar durdurur. { $remove } takibi kaldırır.
    Bir yere günde kaç mesaj gideceğini moderatörler belirler. { $catchup } son ziyaretinden bu yana gelen her şeyi her zaman gösterir.
    { $digest } seçtiğin zamanlarda sana bülten gönderir. **Dışarıda bırak…** bir takibin veya bültenin gösterdiklerini süzer.
    -# 18+ işaretli haberler yalnızca yaş sınırlı kanallarda bildirilir. Direkt mesajların kapalıysa veya sunucudan ayrılırsan takiplerin duraklatılır.

## Catch-up

catch-up-heading = ### { $time } ({ $ago }) sonrasında gelenler
catch-up-first = Bu ilk ziyaretin, o yüzden burada son 7 gün var. Bir dahaki sefere bu ziyaretten sonra gelenleri göreceksin.
catch-up-nothing = O zamandan beri hiçbir şey yüklenmedi veya yayımlanmadı. Yeni bir şey gelince haber almak için { $add } kullan.
catch-up-loaded = **Yüklendi**
catch-up-counts = { $articles ->
    [0] yeni haber yok
   *[other] { $articles } yeni haber
}, { $comments ->
    [0] yeni yorum yok
   *[other] { $comments } yeni yorum
}
catch-up-shared-load = ortak arşiv
catch-up-more-loads = ve { $count } yükleme daha
catch-up-posted = { $count ->
    [one] **Yayımlandı** · 1 bülten veya bildirim
   *[other] **Yayımlandı** · { $count } bülten ve bildirim
}
catch-up-paused = { $number } numaralı takibin ({ $what }) duraklatıldı: { $reason }. { $list } ile sürdür.

## Settings

settings-title = ### Sunucu ayarları
settings-moderators = **Moderatörler:** Sunucuyu Yönet izni olan üyeler
settings-moderators-and-role = **Moderatörler:** Sunucuyu Yönet izni veya { $role } rolü olan üyeler
settings-shared-archive = { $state ->
    [on] **Ortak arşiv:** açık. Aramalar bot yöneticisinin arşivini de kapsar.
   *[off] **Ortak arşiv:** kapalı. Aramalar yalnızca buraya yüklenenleri bulur.
}
settings-adult = { $state ->
    [on] **18+ haberler:** yalnızca yaş sınırlı kanallarda gösterilir
   *[off] **18+ haberler:** gizli
}
settings-pseudonyms = { $state ->
    [on] **Yorumcular** Yorumcu A, B, C olarak, her konuda yeni harflerle gösterilir. Yorumların içinde geçen adlar kalır.
   *[off] **Yorumcular** adlarıyla gösterilir.
}
settings-digests = **Yeni bültenler,** başka bir kanal seçmezsen { $channel } kanalında yayımlanır.
settings-digests-anywhere = **Yeni bültenler,** başka bir kanal seçmezsen oluşturuldukları yerde yayımlanır.
settings-digest-zone = **Bültenlerin saat dilimi:** { $zone }
settings-digest-languages = **Bültenlerin dilleri:** { $languages }
settings-leave-out = **Bültenler ve bildirimler:** { $what }
settings-any-language = tüm diller
settings-notices = **Bir bülten duraklatılırsa** moderatörlere { $channel } kanalında bildirilir.
settings-notices-to-maker = **Bir bülten duraklatılırsa** oluşturan kişiye direkt mesaj gönderilir.
settings-follows = **Takipler** bir yere günde en fazla { $count } mesaj gönderir. Bunu `günlük-takip` ile değiştir.
settings-language = **Gönderilerin dili:** { $language }
settings-language-of-server = **Gönderilerin dili:** { $language }, sunucunun dili
settings-note = Discord; /archive, /digest, /settings, /status ve /audit komutlarını Sunucuyu Yönet izni olan üyelere gösterir. Moderatör rolüne de göstermek için rolü Sunucu Ayarları > Entegrasyonlar > Newsdesk altında ekle. Dışa aktarılmış bir dosyayı içe aktarmak için /settings komutuna ekle.
permissions-complete = **İzinler:** Newsdesk, #{ $channel } kanalında gereken tüm izinlere sahip.
permissions-missing = { $count ->
    [one] **Newsdesk, #{ $channel } kanalında 1 izinden yoksun**
   *[other] **Newsdesk, #{ $channel } kanalında { $count } izinden yoksun**
}
permissions-item = - {"**"}{ $permission }**: { $why }
permissions-why = { $permission ->
    [view_channel] kanalı görebilmek için
    [send_messages] bülten, bildirim, paylaşılan kart ve bahsetmelere yanıt göndermek için
    [send_messages_in_threads] alt başlıklarda yanıt vermek için
    [create_public_threads] tartışma ve bültenler için alt başlık açmak için
    [attach_files] grafik, dışa aktarma ve reddedilen satır listesi eklemek için
   *[read_message_history] hiçbir şeyi iki kez göndermemek üzere kendi gönderilerini bulmak için
}
permissions-what-to-do = Kanal ayarlarını aç, İzinler bölümünde bunlara Newsdesk rolü için izin ver.
permissions-no-channel = { $server } sunucusunda Newsdesk'in gönderi paylaşabileceği bir metin kanalı yok. Bir tane oluşturup yeniden denetle.
settings-role-placeholder = Moderatör rolü
settings-digest-placeholder = Yeni bültenlerin kanalı
settings-notices-placeholder = Moderatörlere bildirim kanalı
settings-languages-placeholder = Bültenlerdeki haberlerin dilleri: tümü
settings-language-placeholder = Gönderilerin dili: sunucununkiyle aynı
settings-switch-shared = { $to ->
    [on] Ortak arşivi aç
   *[off] Ortak arşivi kapat
}
settings-switch-adult = { $to ->
    [on] 18+ haberleri göster
   *[off] 18+ haberleri gizle
}
settings-switch-names = { $to ->
    [on] Adları gizle
   *[off] Adları göster
}
settings-zone = Saat dilimi…
settings-zone-title = Bültenlerin saat dilimi
settings-zone-label = Bölge/Şehir, örneğin Europe/Istanbul
settings-export = Dışa aktar

### Settings as a file

settings-exported = **Ayar dosyası:** bu sunucunun ayarları, { $digests ->
    [0] bülten yok
   *[other] { $digests } bülten
}, { $follows ->
    [0] kanal takibi yok
   *[other] { $follows } kanal takibi
}. Üyelerin kendi takipleri özeldir ve dosyada yer almaz.
settings-import = ### Bu ayarlar içe aktarılsın mı?
settings-imported = **Ayarlar içe aktarıldı.**
settings-not-imported = İçe aktarma iptal edildi. Hiçbir şey değişmedi.
settings-import-nothing = Bu dosyadaki her şey burada zaten var.
settings-import-confirm = İçe aktar
settings-import-digests = { $count } yeni bülten
settings-import-follows = { $count } yeni takip
settings-import-already = Bülten ve takiplerinden { $count } tanesi burada zaten var.
settings-import-left-out = { $count } tanesi dışarıda kaldı: kanalı veya haberi burada yok, sen ya da Newsdesk orada yazamıyorsunuz ya da adlar gizli.
settings-state = { $state ->
    [on] açık
   *[off] kapalı
}
settings-none = yok
settings-field-moderator-role = Moderatör rolü
settings-field-shared-archive = Ortak arşiv
settings-field-zone = Saat dilimi
settings-field-moderator-channel = Moderatörlere bildirim kanalı
settings-field-digest-channel = Yeni bültenlerin kanalı
settings-field-languages = Bültenlerdeki haberlerin dilleri
settings-field-leave-out = Dışarıda bırakılanlar
settings-field-language = Gönderilerin dili
settings-field-adult = 18+ haberler
settings-field-pseudonyms = Gizli adlar
settings-field-follow-cap = Takiplerin günlük mesaj sınırı
settings-places-where = { $rule ->
    [nowhere] **Üyeler Newsdesk ile** henüz hiçbir kanalda paylaşım yapamaz. Aşağıdan kanal seç.
    [only] **Üyeler Newsdesk ile** yalnızca şuralarda paylaşım yapabilir: { $channels }.
    [except] **Üyeler Newsdesk ile** şuralar dışında her yerde paylaşım yapabilir: { $channels }.
   *[everywhere] **Üyeler Newsdesk ile** her kanalda paylaşım yapabilir.
}
settings-mentions = { $state ->
    [on] **@Bahsetmeler** orada yanıtlanır.
   *[off] **@Bahsetmeler** yanıtlanmaz.
}
settings-places = Kanallar…
settings-places-title = ### Üyeler Newsdesk ile nerede paylaşım yapabilir
settings-places-note = Bu; paylaşılan kartlar, tartışma başlıkları ve @bahsetmelere verilen yanıtlar için geçerlidir. Alt başlıklar kanallarının kuralına uyar. Diğer yerlerde komutlar yalnızca sana yanıt verir. Bültenler ve takipler kendileri için seçilen kanallarda yayımlanır.
settings-places-rule = { $rule ->
    [only] Yalnızca bu kanallar
    [except] Bunlar dışındaki tüm kanallar
   *[everywhere] Tüm kanallar
}
settings-places-placeholder = Kanallar ve kategoriler
settings-places-back = Ayarlara dön
settings-switch-mentions = { $to ->
    [on] @Bahsetmeleri yanıtla
   *[off] @Bahsetmeleri yanıtlama
}
settings-field-posting-rule = Üyelerin paylaşım yapabildiği yerler
settings-field-posting-channels = Bu kuralın kanalları
settings-field-answers-mentions = @Bahsetmelere yanıt

## Privacy

privacy-question = **{ $name } unutulsun mu?**
privacy-found = Burada: { $threads } konuda { $what }.
privacy-found-nothing = Bu adla burada kimse bir şey yazmamış ya da paylaşmamış.
privacy-found-part = Bu arşiv her şeyi bir seferde sayamayacak kadar büyük; daha fazlası olabilir.
privacy-nearest = Buradaki benzer adlar: { $names }.
privacy-effect =
    Haberlerinin ve yorumlarının içeriği silinir, adı her yerden kaldırılır. Yanıtlar “[deleted]” altında kalır. Sonradan yüklenen dosyalar hiçbir şeyi geri getirmez; bir yüklemeyi geri almak da getirmez.
    {"**"}Bu işlem geri alınamaz.**
privacy-limits = Newsdesk, bu kişiyi alıntılayan kendi gönderilerini de Discord'un izin verdiği ölçüde düzenler. Kapsam dışı kalanlar: yalnızca bot yöneticisinin değiştirebildiği ortak arşiv ve başkalarının bu kişi hakkında yazdıkları.
privacy-confirm = Kalıcı olarak unut
privacy-keep-out = Sonraki yüklemelere alma
privacy-erasing = **{ $name } unutuluyor…** Büyük bir arşivde bu biraz sürebilir.
privacy-erased = **{ $name } unutuldu.** İsteyen: { $by }.
privacy-erased-counts = { $comments } yorumun ve { $articles } haberin içeriği silindi.
privacy-erased-nothing = Burada bu ada ait bir şey yoktu. Sonraki yüklemeler de onu dışarıda bırakacak.
privacy-erased-limits = Sonraki yüklemeler bunları geri getirmez. Üyelerin kendi kopyaları ve alıntıları bundan etkilenmez.

## The audit list: who did what, and when

audit-title = { $count ->
    [one] **İşlem kayıtları** · 1 kayıt
   *[other] **İşlem kayıtları** · { $count } kayıt, en yeniden en eskiye
}
audit-none = Henüz bir şey yok. Yüklemeler, geri almalar, unutulan yazarlar, dışa aktarmalar ile ayar, bülten ve kanal takibi filtresi değişiklikleri burada listelenir.
audit-note = Kayıtlar bir yıl tutulur. Unutulan yazarların adları tutulmaz.
audit-load = { $state ->
    [done] Yükleme { $load }: { $name }
    [cancelled] Yükleme { $load }: { $name }, iptal edildi
   *[failed] Yükleme { $load }: { $name }, başarısız
}
audit-load-paused = Yükleme { $load } duraklatıldı
audit-load-resumed = Yükleme { $load } sürdürüldü
audit-undo = Yükleme { $load } geri alındı
audit-forget = Bir yazar unutuldu
audit-purge = Bot yöneticisi arşivin bir bölümünü sildi
audit-request-declined = Bir unutulma isteği reddedildi
audit-export = { $what ->
    [thread] Bir konu dışa aktarıldı ({ $format })
    [search] Bir arama dışa aktarıldı ({ $format })
   *[archive] Arşiv dışa aktarıldı ({ $format })
}
audit-setting = { $setting }: { $old } → { $new }
audit-digest = { $what ->
    [created] Bülten { $digest } oluşturuldu
    [edited] Bülten { $digest } düzenlendi
    [paused] Bülten { $digest } duraklatıldı
    [resumed] Bülten { $digest } sürdürüldü
    [deleted] Bülten { $digest } silindi
   *[run] Bülten { $digest } zamanı dışında yayımlandı
}
audit-follow-filters = { $channel } kanalındaki { $follow } numaralı takibin filtreleri: { $old } → { $new }
privacy-backups = Daha önceki yedeklerde hâlâ duruyorlar.
privacy-backup = { $name } ({ $day })
privacy-backups-known = Bot yöneticisi silene kadar şu yedeklerde hâlâ duruyorlar: { $backups }.

## What is stored about a member (/privacy mine)

mine-title = **Newsdesk'in hakkında sakladıkları**
mine-nothing = Newsdesk, Discord kimliğinle hiçbir şey saklamıyor.
mine-authors = Bu, Discord hesabınla ilgili. Başka yerde yazdığın haber ve yorumların kaldırılması için { $request } kullan.
mine-follows = { $count ->
    [one] Direkt mesajlarında 1 takip
   *[other] Direkt mesajlarında { $count } takip
}
mine-own-digests = { $count ->
    [one] Direkt mesajlarında 1 bülten
   *[other] Direkt mesajlarında { $count } bülten
}
mine-channel-follows = { $count ->
    [one] Bir kanal için oluşturduğun 1 takip
   *[other] Kanallar için oluşturduğun { $count } takip
}
mine-digests = { $count ->
    [one] Planladığın 1 bülten
   *[other] Planladığın { $count } bülten
}
mine-shared = { $count ->
    [one] Paylaştığın veya gönderdiğin 1 kart
   *[other] Paylaştığın veya gönderdiğin { $count } kart
}
mine-messages = { $count ->
    [one] Sana gönderilen 1 mesajın kaydı
   *[other] Sana gönderilen { $count } mesajın kaydı
}
mine-visits = { $count ->
    [one] Botu en son ne zaman kullandığın, 1 sunucuda
   *[other] Botu en son ne zaman kullandığın, { $count } sunucuda
}
mine-searches = { $count ->
    [one] 1 kayıtlı arama
   *[other] { $count } kayıtlı arama
}
mine-requests = { $count ->
    [one] 1 unutulma isteği
   *[other] { $count } unutulma isteği
}
mine-tokens = Bugünkü dil modeli kullanımın, UTC gece yarısına kadar
mine-audit = { $count ->
    [one] Moderatörlerin işlem kayıtlarında 1 kayıt, bir yıl boyunca
   *[other] Moderatörlerin işlem kayıtlarında { $count } kayıt, bir yıl boyunca
}
mine-loads = { $count ->
    [one] 1 yükleme raporunda adın
   *[other] { $count } yükleme raporunda adın
}
mine-kept = Sorular ve aramalar adınla saklanmaz. Yükleme raporları, istekler, token sayıları ve işlem kayıtları buradan silinemez.
mine-delete = Sil
mine-question = **Newsdesk'in hakkında sakladıkları silinsin mi?**
mine-effect = Kendi takiplerin, bültenlerin ve kayıtlı aramaların, son ziyaretlerin ve sana gönderilen mesajların kayıtları silinir; o mesajlar artık düzeltilemez. Bültenler, kanal takipleri ve paylaşılan kartlar adın olmadan kalır.
mine-confirm = Kalıcı olarak sil
mine-deleted = **Verilerin silindi.** Yedekler silinene kadar bunları içerir.

## The privacy policy

policy-title = ### Gizlilik politikası
policy-text =
    Newsdesk, moderatörlerin ve bot yöneticisinin yüklediği haberleri ve yorumları, yazarlarının yayımlanmış adlarıyla saklar. Bir sunucunun arşivi yalnızca o sunucuda görünür. Ortak arşiv, onu kapatmayan her sunucuda görünür.
    Ayrıca her sunucunun ayarlarını, bültenlerini ve takiplerini, bunları oluşturanın Discord kimliği ve adıyla; düzeltebilmek veya silebilmek için kendi mesajlarının kimliklerini; ve her üyenin botu bir sunucuda en son ne zaman kullandığını saklar.
    Yalnızca ondan bahseden, ona yanıt veren veya doğrudan ona gönderilen mesajları okur. Veriler asla satılmaz, reklam veya model eğitimi için kullanılmaz.
policy-no-log = Sorular saklanmaz.
policy-log = Bot yöneticisi soruları, soranın adı ve kimliği olmadan saklar.
policy-model = Sorular ve bulunan alıntılar, üye ve yorumcu adları olmadan bir dil modeline gönderilir.
policy-retention = **Saklama süreleri**: gönderi kayıtları { $posts } gün, ziyaretler { $visits } gün, moderatörlerin işlem kayıtları { $audit } gün. Arşivler ve ayarlar, moderatörler veya bot yöneticisi silene kadar kalır.
policy-purged = { $days ->
    [one] **Bir sunucu botu kaldırırsa** arşivi ve ayarları 1 gün sonra kalıcı olarak silinir.
   *[other] **Bir sunucu botu kaldırırsa** arşivi ve ayarları { $days } gün sonra kalıcı olarak silinir.
}
policy-stays = **Bir sunucu botu kaldırırsa** verileri, bot yöneticisi silene kadar kalır.
policy-contact = **İletişim**: { $contact }
policy-no-contact = **İletişim**: bot yöneticisi bir iletişim bilgisi belirtmemiş. Bu sunucunun moderatörlerine sor.
policy-commands = { $mine } hakkında saklananları gösterir ve siler. { $request } yazar olarak unutulmayı ister.

## Requests to be forgotten

request-sent = **İsteğin moderatörlere iletildi.** { $name } tarafından yazılan her şeyin bu sunucunun arşivinden kaldırılıp kaldırılmayacağına onlar karar verir ve sen olduğunu göstermeni isteyebilirler. Kabul ediyorsan karar direkt mesajla gelir.
request-shared = Bu, bu sunucunun kendi arşiviyle ilgili. Ortak arşiv bot yöneticisine ait.
request-shared-contact = Bu, bu sunucunun kendi arşiviyle ilgili. Ortak arşiv için bot yöneticisine ulaş: { $contact }
request-none = Açık istek yok.
request-more = { $count ->
    [one] 1 istek daha bekliyor.
   *[other] { $count } istek daha bekliyor.
}
request-card = **Unutulma isteği**
    { $member }, **{ $name }** tarafından yazılan her şeyin bu sunucunun arşivinden kaldırılmasını istiyor.
request-check = Önce gerçekten bu yazar olup olmadığını denetle; örneğin yazarken kullandığı hesaptan bir mesaj iste.
request-grant = Kalıcı olarak unut
request-decline = Reddet
request-decided = { $what ->
    [granted] **İstek kabul edildi**: { $by }. { $member } adlı üyenin bildirdiği yazar unutuldu.
   *[declined] **İstek reddedildi**: { $by }. { $member } için hiçbir şey değişmedi.
}
request-answer = { $what ->
    [granted] { $server } moderatörleri isteğini kabul etti: bildirdiğin yazar arşivlerinde unutuldu.
   *[declined] { $server } moderatörleri unutulma isteğini reddetti. Nedenini onlara sorabilirsin.
}
request-owner = { $server } sunucusunda biri yazar olarak unutulmak istiyor. Karar vermek için orada { $command } kullan. Bu istekleri bir kanalda almak için ayarlardan moderatörlere bir kanal seç.

## Command line: help

cli-about = Newsdesk, haberlerin ve altlarındaki tartışmaların aranabilir bir arşividir.
cli-audit = Kimin neyi yüklediğini, geri aldığını, unutturduğunu veya değiştirdiğini listele
cli-audit-about = Yalnızca bu tür işlemler
cli-audit-offset = Bu kadar kaydı atla
cli-export = Bir konuyu, aramayı veya arşivi dışa aktar
cli-export-loads-again = NDJSON aynı satırlara yeniden yüklenir. Dışa aktarma standart çıktıya veya --output dosyasına gider.
cli-export-thread = yalnızca bu haber ve yorumları, kimlik veya başlıkla
cli-export-search = yalnızca bu aramanın konuları, en fazla 500
cli-export-format = markdown, csv veya yeniden yüklenebilen ndjson (varsayılan)
cli-export-output = yazılacak dosya
cli-exit-codes = Çıkış kodları: 0 tamam, 1 bulunamadı, 2 hatalı girdi, 69 Discord'a ulaşılamıyor. Boş liste 0'dır.
cli-usage = kullanım:
cli-heading-commands = komutlar
cli-heading-arguments = argümanlar
cli-heading-options = seçenekler
cli-help = Bu yardımı göster
cli-version = Sürümü göster
cli-data = Veritabanlarının klasörü (varsayılan: NEWSDESK_DATA, yoksa “data”)
cli-guild = Ortak arşivi değil, bu Discord sunucusunun arşivini kullan
cli-json = Programlar için tek bir JSON nesnesi yazdır

cli-article-id = Haberin numarası, anahtarı (t3_…) veya başlığı
cli-source = Yalnızca bu site, örneğin courier.example
cli-after = Bu günden itibaren, örneğin 2024-03-12
cli-before = Bu günden önce
cli-limit = En fazla bu kadarını göster (varsayılan: { $default })

cli-article = Bir haberi ve yorumlarını göster
cli-article-comments = En fazla bu kadar yorum göster, en yeniler (varsayılan: tümü)
cli-article-newest = Yorumları en yeniler önce, yanıtları girintisiz göster
cli-ask = Soru sor, arşivden alıntılarla yanıt al
cli-ask-question = Kendi sözlerinle bir soru
cli-ask-article = Yalnızca bu haber ve yorumları hakkında sor
cli-ask-exit-code = Arşivde yanıt yoksa çıkış kodu 1 olur.
cli-backup = Verileri yedekle ve yedeği denetle; bot çalışırken de olur
cli-backup-target = Yedeğin klasörü
cli-restore = Bir yedeği geri yükle; şimdiki dosyalar kenarda saklanır
cli-restore-folder = Yedeğin klasörü
cli-check = Veritabanlarını denetle, sorunların nasıl giderileceğini söyle
cli-check-repair = Bozuk bir arama dizinini yeniden oluştur
cli-comments = Bir haber hakkında neler söylendiğini göster
cli-comments-list = Bunun yerine yorumları listele
cli-comments-order = Listenin sırası (varsayılan: thread)
cli-comments-hide-bots = Bot yorumlarını gösterme
cli-comments-one-thread = Yalnızca bu haberin kendi konusunu listele, ötekileri değil
cli-comments-timeline = newsdesk timeline { $id } bunları listeler.
cli-comments-replies = Yalnızca bu yoruma gelen yanıtları listele
cli-comments-offset = Bu kadar yorumu atla
cli-deliveries = Planlanmış bültenlerin yayımlanıp yayımlanmadığını göster
cli-deliveries-schedule = Yalnızca bu bülten
cli-follows = Kanalların ve üyelerin takiplerini listele
cli-follows-remove = Bu takibi kaldır
cli-forget = Bir yazarın adını ve yazdıklarını kalıcı olarak kaldır
cli-forget-everywhere = --guild verilmezse tüm arşivlere uygulanır.
cli-forget-what = Neyin unutulacağı
cli-forget-name = Yazarın adı; büyük-küçük harf fark etmez
cli-forget-dry-run = Silinecekleri göster, silme
cli-forget-keep-out = Arşivde bu addan hiçbir şey olmasa da adı unut
cli-purge = Haberleri ve yorumlarını tarihe, kaynağa veya subreddite göre kalıcı olarak sil
cli-purge-permanent = --guild ile o sunucunun arşivinde, yoksa ortak arşivde. Geri alınamaz: önce yedek al.
cli-purge-subreddit = Yalnızca bu subreddit
cli-purge-all = Yükleme listesiyle birlikte arşivin tamamı
cli-purge-dry-run = Silinecekleri göster, silme
cli-load = Dosyalardan haber ve yorum yükle
cli-load-path = Yüklenecek dosya ve klasörler, düz veya .zip, .tar, .gz, .xz ya da .zst içinde
cli-load-resume = Bu yüklemeyi ya da durmuş veya başarısız olmuş son yüklemeyi sürdür
cli-load-name = Yüklemenin adı (varsayılan: ilk dosyanın adı)
cli-load-dry-run = Yüklemeden, nelerin yükleneceğini göster
cli-load-subreddit = Yalnızca bu subreddit; birden çok kez verilebilir
cli-load-min-score = Yalnızca en az bu kadar puan alanlar
cli-load-min-length = Yalnızca en az bu kadar karakterlik yorumlar
cli-load-over-18 = 18+ işaretli gönderileri de yükle
cli-load-filters = Filtreler her habere ve yoruma uygulanır. Haber sayfalarının subreddit'i ve puanı yoktur.
cli-loads = Son yüklemeleri listele
cli-loads-rejected = Bu yüklemenin reddettiği her şeyi satır başına bir JSON nesnesi olarak yazdır
cli-mcp = Yapay zekâ araçlarının arşivi MCP ile okumasını sağla
cli-related = Benzer haberleri bul
cli-timeline = Bir haberin nasıl işlendiğini ve konularını gör
cli-run = Botu çalıştır (DISCORD_TOKEN gerekir)
cli-run-shards = birkaç süreçten biri olarak çalıştır: parçaları (shard), örneğin 0-3/16; auto ise Discord'un önerdiği sayıdan eşit pay
cli-schedules = Planlanmış bültenleri listele
cli-search = Haberlerde ve yorumlarında ara
cli-search-query = Sözcükler, "tam ifade", -hariç, bu OR şu, başla*
cli-search-in = Nerede aransın (varsayılan: ikisinde de)
cli-search-author = Yalnızca bu kişinin haberleri veya yorumları
cli-search-order = Sonuçların sırası (varsayılan: relevance)
cli-search-offset = Bu kadar sonucu atla
cli-browse = Arşive kaynağa, subreddit'e, etikete, güne veya aya göre göz at
cli-browse-by = Neye göre; verilmezse en yeni haberler listelenir
cli-browse-value = Yalnızca bu kaynağın, subreddit'in, etiketin, günün (2024-03-12) veya ayın (2024-03) haberleri
cli-stats-by = Konuları aya, kaynağa veya subreddit'e göre say
cli-trend = Bir aramaya uyan metinlerin zamanla sayısını gösterir
cli-stats = Arşivde neler olduğunu göster
cli-status = Botun, yüklemelerin ve gönderilerin durumunu göster
cli-status-running = yalnızca botun Discord'a bağlı olup olmadığını göster; değilse çıkış kodu 1
cli-summary = Bir haberin en önemli cümlelerini göster
cli-try = Botu Discord olmadan tarayıcında dene
cli-try-port = Yerel sayfanın bağlantı noktası (varsayılan: boş olan herhangi biri)
cli-try-data = Arşivi bu klasörde sakla (varsayılan: hiçbir şey saklanmaz)
cli-undo = Bir yüklemeyi geri al
cli-undo-load = Yüklemenin numarası

## Command line: mistakes in what was typed

cli-mistake-in = { $argument_name }: { $message }
cli-mistake-missing = Eksik: { $value }
cli-mistake-missing-one = Şunlardan birini ver: { $value }
cli-mistake-unknown = Tanınmadı: { $value }
cli-mistake-conflict = Şununla birlikte kullanılamaz: { $value }
cli-mistake-unwanted-value = Değer almaz, ama { $value } verildi
cli-mistake-no-value = Bir değer gerekiyor
cli-mistake-ambiguous = { $option } birkaç anlama gelebilir: { $matches }
cli-mistake-choice = { $value } olmaz; olabilecekler: { $choices }
cli-mistake-example = Şöyle yaz: { $example }
cli-not-an-author = “{ $text }” bir yazar adı değil
cli-not-a-server = “{ $text }” bir Discord sunucusunun kimliği değil
cli-not-shards = “{ $text }” ne auto ne de 0-3/16 gibi bir parça belirtimi
cli-not-a-number = “{ $text }”, { $minimum } ile { $maximum } arasında bir tam sayı değil

## Command line: what it prints

cli-undated = tarihsiz
cli-by = { $name }, { $time }
cli-posted-by = gönderen: { $author }
cli-commenter = yorumcu { $author }
cli-headline = başlık
cli-article-number = haber { $id }
cli-comment-number = yorum { $id }
cli-digest-number = bülten { $id }
cli-server = sunucu { $id }
cli-channel = kanal { $id }
cli-member = üye { $id }

cli-search-found = { $query } için { $count } konu
cli-search-more = { $query } için { $count } konudan fazlası var
cli-search-respelt = { $query } için konu yok. Gösterilen: { $instead } için { $count } konu
cli-summary-sentences = { $shown }/{ $count } cümle

cli-ask-differs = Başka bir kaynak farklı söylüyor
cli-ask-supporters = { $read } yorumdan { $count } tanesi

cli-digest-disputed-figures = { $count ->
    [one] Bir yorumcu habere itiraz ediyor: { $theirs }, { $ours } değil
   *[other] { $count } yorumcu habere itiraz ediyor: { $theirs }, { $ours } değil
}
cli-digest-busiest = En yoğun zaman: { $time } ile başlayan { $span } içinde { $count } yorum

cli-loading = Yükleniyor
cli-load-waiting = Başka bir yüklemenin bitmesi bekleniyor
cli-load-ended = { $state ->
    [done] { $name } yüklendi, süre: { $duration }
    [cancelled] { $name } iptal edildi, geçen süre: { $duration }
    [paused] { $name } durduruldu, geçen süre: { $duration }
   *[failed] { $name } tümüyle yüklenemedi, durana kadar geçen süre: { $duration }
}
cli-load-preview = { $articles } haber ve { $comments } yorum yüklenecek
cli-load-not-written = Hiçbir şey yüklenmedi. Yüklemek için komutu --dry-run olmadan çalıştır.
cli-load-rejected = { $count } reddedildi:
cli-load-more-rejected = ve { $count } tane daha
cli-load-rejects-file = Tam liste: { $path }
cli-load-rejects-command = newsdesk loads --rejected { $load }
cli-load-resume-hint = Sürdürmek için: newsdesk load --resume { $load }
cli-load-undo-hint = Geri almak için: newsdesk undo { $load }
cli-loads-none = Henüz hiçbir şey yüklenmedi. Başlamak için: newsdesk load DOSYA
cli-forget-done = { $articles } haberin ve { $comments } yorumun içeriği silindi, yazarın adı her yerden kaldırıldı. Bir dökümü yeniden yüklemek bunları geri getirmez.
cli-forget-nothing = Bu yazara ait bir şey bulunamadı. Sonradan yüklenen dökümler de bir şey getirmeyecek.
cli-forget-unknown = Hiçbir şey değişmedi. Bu ad daha önce unutulmadıysa sonraki yüklemeler onu getirebilir; bunu önlemek için --keep-out ekle.

cli-schedules-none = Planlanmış bülten yok. Moderatörler Discord'da /digest create ile oluşturur.
cli-next = sonraki { $time }
cli-deliveries-none = Henüz hiçbir bültenin zamanı gelmedi. Planlananları görmek için: newsdesk schedules
cli-follows-none = Henüz takip yok. Üyeler Discord'da /follow add ile ekler.
cli-audit-none = Henüz kayıt yok.
cli-export-done = { $path } dosyasına dışa aktarıldı: { $articles } haber, { $comments } yorum.
cli-audit-shared = ortak arşiv
cli-follows-removed = Takip { $id } kaldırıldı: { $what }.

cli-stats-articles = { $sources } siteden { $articles } haber
cli-stats-size = diskte { $size }
cli-transfer = arşivi başka bir veritabanına taşı
cli-transfer-to = bir PostgreSQL veritabanının adresi ya da SQLite için bir klasör
cli-transfer-copying = { $table } kopyalanıyor: { $done } / { $total } satır
cli-transfer-comparing = { $table } karşılaştırılıyor: { $done } / { $total } satır
cli-transfer-stopped = Durduruldu. Sürdürmek için aynı komutu yeniden çalıştır.
cli-transferred =
    { $rows ->
        [one] { $rows } satır kopyalandı ve karşılaştırıldı.
       *[other] { $rows } satır kopyalandı ve karşılaştırıldı.
    }
cli-transferred-url = DATABASE_URL için bu adresi ayarla ve botu başlat. Eski veritabanı değişmedi.
cli-transferred-folder = DATABASE_URL ayarını boş bırak, NEWSDESK_DATA için { $folder } ayarla ve botu başlat. Eski veritabanı değişmedi.
cli-backup-restore = Denetlendi. Geri yüklemek için botu durdur ve şunu çalıştır: newsdesk restore { $folder }
cli-restored = { $folder } geri yüklendi.
cli-restored-check = Metinler sağlam ama başka bir sorun var. Ne yapılacağını newsdesk check söyler.
cli-restored-aside = Önceki dosyalar { $folder } içinde. Her şey yolundaysa onları sil.
cli-upgrade-backup = Güncellemeden önceki yedek ({ $size }): { $part }
cli-upgrade-running = { $file } güncelleniyor, geçen süre: { $duration }.
cli-upgrade-done = { $file } { $duration } içinde güncellendi. Geri dönmek için newsdesk restore { $backup } komutunu çalıştır, sonra önceki sürümü kullan.
cli-check-ok = tamam
cli-check-broken = bozuk

## Command line: what "newsdesk check" finds: what was checked, the result, and what to do

check-pages = { $file }: sayfalar
check-pages-good = sağlam
check-schema = { $file }: tablolar
check-schema-good = eksiksiz
check-schema-bad = eksik veya yanlış: { $names }
check-references = { $file }: başvurular
check-references-good = eksiksiz
check-references-bad = { $count } tanesi var olmayan bir kayda işaret ediyor
check-counts-good = doğru
check-comment-counts = { $file }: yorum sayıları
check-comment-counts-bad = { $count } haberin yorum sayısı yanlış
check-receipts = { $file }: yükleme raporları
check-receipts-bad = { $count } raporda artık var olmayan yorumlar listeleniyor
check-totals = { $file }: toplamlar
check-totals-bad = { $count } rapor, yorumlarının sayısıyla uyuşmuyor
check-numbers = { $file }: kimlikler
check-numbers-bad = { $count } arşiv bir kimliği ikinci kez kullanacak
check-undos = { $file }: geri alınan yüklemeler
check-undos-good = eksiksiz
check-undos-bad = yalnızca kısmen geri alınanlar: { $loads }
check-undos-advice = Şu anda geri alınmıyorsa, bitirmek için yeniden geri al.
check-statistics = { $file }: arama istatistikleri
check-statistics-good = eksiksiz
check-statistics-bad = son güncelleme başarısız: { $parts }
check-statistics-advice = Arama çalışıyor, ama yazım düzeltmeleri ve sözcük biçimleri eksik olabilir. Nedeni için günlüğe bak. Newsdesk güncellendiyse sonraki yükleme bunları yeniler.
check-indexes = { $file }: arama dizini
check-index = { $file }: arama dizini { $table }
check-index-good = metinlerle uyuşuyor
check-index-bad = metinlerle uyuşmuyor
check-index-rebuilt = metinlerle uyuşmuyordu; yeniden oluşturuldu
check-index-advice = Yeniden oluşturmak için: newsdesk check --repair
check-index-skipped = denetlenmedi
check-index-room = Veri klasörünün diskinde { $size } yer aç, sonra yeniden denetle.
check-not-created = henüz oluşturulmadı
check-not-ours = Newsdesk veritabanı değil
check-newer = Newsdesk'in daha yeni bir sürümüyle oluşturulmuş
check-upgrade = Newsdesk'i güncelle.
check-damaged = bozuk
check-unreadable = okunamıyor
check-disk = Diski ve klasörün izinlerini kontrol et.
check-restore = Botu durdur, newsdesk restore ile son yedeği geri yükle ve yeniden denetle.

## Configuration: settings that are wrong, as the command line shows them

config-problem = { $name }: { $problem }
config-token-missing = DISCORD_TOKEN eksik. Discord Developer Portal'da bir uygulama oluştur, “Bot” sayfasındaki token'ı kopyala (üç ayrıcalıklı intent de kapalı kalsın) ve DISCORD_TOKEN değerini .env dosyasında veya ortam değişkeni olarak ayarla. Sonraki başlatmada davet bağlantısı gösterilir.
config-token-with-bot = “Bot” sözcüğünü çıkar, yalnızca token'ı ver.
config-no-token = Bu bir bot token'ı değil. Bir token'da noktayla birleşen üç bölüm vardır, boşluk olmaz.
config-not-a-folder = “{ $path }” bir klasör değil.
config-no-such-folder = “{ $path }” adında bir klasör yok.
config-time = “{ $text }” bir saat değil. 03:00 gibi yaz.
config-no-file = “{ $path }” bir dosya olamaz. Var olan bir klasörde bir dosya adı seç.
config-no-policy = “{ $path }” metin olarak okunamıyor. UTF-8 bir metin dosyası belirt.
config-long-policy = “{ $path }” çok uzun. En fazla { $most } karakter olabilir.
config-long-contact = Bu çok uzun. En fazla { $most } karakter olabilir.
config-one-of = “{ $text }” geçerli değil. Olabilecekler: { $choices }.
config-some-of = “{ $text }” geçerli değil. Şunlardan birini veya birkaçını kullan: { $choices }.
config-number = “{ $text }” geçerli değil. { $minimum } ile { $maximum } arasında bir tam sayı kullan.
config-vectors = “{ $text }” geçerli değil. shipped, off, bir klasör veya somebody/model gibi bir hub adı kullan.
config-vectors-need-extra = Bunun için model2vec gerekiyor. newsdesk[model2vec] kur ya da shipped veya off kullan.
config-no-address = Bu bir web adresi değil. http://localhost:8080/v1 gibi bir adres kullan.
config-no-database = Bu bir PostgreSQL veritabanı adresi değil. postgresql://user:password@host/newsdesk gibi bir adres kullan ve paroladaki özel karakterleri %40 gibi yaz.
config-database-needs-extra = Bunun için psycopg gerekiyor. newsdesk[postgres] kur ya da ayarı boş bırak.
config-address-with-key = Yalnızca adresi yaz. Anahtarın yeri LLM_API_KEY.
config-no-key = Bu bir anahtar değil. Anahtarlarda boşluk veya aksanlı harf olmaz.
config-alert = Bu, bir webhook adresi ya da kullanıcı kimliği değil.
config-half-a-model = { $missing } eksik. { $given } için gerekli.
config-misspelt = { $name } diye bir ayar yok. Şunu mu demek istedin: { $near }?
config-env-file = .env okunamıyor: { $reason }

## Loads

load-starting = **Yükleniyor** { $name } · dosya okunuyor…
load-queued = **Bekliyor** { $name } · şimdiki yüklemeden sonra kendiliğinden başlar
load-running = **Yükleniyor** { $name }
load-left = { $duration } kaldı
load-comments-of = { $count } / yaklaşık { $total } yorum
load-rate = { $count }/sn
load-read = { $done } okundu
load-read-of = { $done } / { $total } okundu
load-rejected = { $count } reddedildi
load-rejected-attached = { $count } reddedildi (ekteki dosyaya bak)
load-left-out = { $reason ->
    [subreddit] başka subreddit'lerden { $count } öğe dışarıda kaldı ({ $option })
    [after] daha eski { $count } öğe dışarıda kaldı ({ $option })
    [before] daha yeni { $count } öğe dışarıda kaldı ({ $option })
    [min_score] puanı düşük { $count } öğe dışarıda kaldı ({ $option })
    [min_length] çok kısa { $count } öğe dışarıda kaldı ({ $option })
   *[over_18] { $count } 18+ içerik dışarıda kaldı ({ $option } seçeneği bunları da yükler)
}
load-left-out-uncounted = { $count } dışarıda kaldı (18+ veya filtrelenmiş)

load-receipt = { $state ->
    [done] **Yüklendi** { $name } · süre: { $duration }
    [cancelled] **İptal edildi** { $name } · geçen süre: { $duration }
    [paused] **Duraklatıldı** { $name } · geçen süre: { $duration }
    [failed] **Başarısız** { $name } · geçen süre: { $duration }
    [undone] **Geri alındı** { $name }
    [undoing] **Kısmen geri alındı** { $name }
   *[running] **Yükleniyor** { $name }
}
load-new-articles = { $count ->
    [0] Yeni haber yok
   *[other] { $count } yeni haber
}
load-new-comments = { $count ->
    [0] Yeni yorum yok
   *[other] { $count } yeni yorum
}
load-updated = { $count } güncellendi
load-unchanged = { $count } değişmedi
load-older = { $count } kayıt arşivdekinden eski
load-waiting = { $count } yorum, haberi gelene kadar gösterilmiyor. Haberler yüklenince görünürler (Reddit dökümlerinde: gönderiler, RS_…).
load-missing = Var olduğu bilinen { $count } yorum arşivde yok. “Daha fazla” düğmesinin ardında ya da yüklenmemiş dosyalarda olabilirler.
load-books = { $kind ->
    [articles] Okunan haber: { $read } ({ $parts })
   *[comments] Okunan yorum: { $read } ({ $parts })
}
load-books-part = { $what ->
    [new] { $count } yeni
    [updated] { $count } güncellendi
    [unchanged] { $count } değişmedi
    [older] { $count } daha eski
    [waiting] { $count } haberini bekliyor
    [rejected] { $count } reddedildi
   *[left_out] { $count } dışarıda kaldı
}
load-unaccounted = Okunan { $count } kayıt hiçbir hesapta yok. Bu bir Newsdesk hatası; lütfen bildir.
load-nothing = Hiçbir şey yüklenmedi.
load-nothing-new = Yeni bir şey yok. Zaten arşivde: { $what }.
load-number = Yükleme { $load }
load-by = yükleyen: { $who }
load-rejects-cut = Ekteki dosya, { $size } boyutundaki listenin ilk bölümü. Tamamı bot yöneticisinin veri klasöründe: rejects/{ $load }.ndjson.
load-pausing = Yükleme { $load } duraklatılıyor. Birazdan sürdürebilirsin.
load-cancelling = Yükleme { $load } iptal ediliyor. Raporu birazdan gelir.
load-never-started = Hiçbir şey yüklenmedi.
load-interrupted = Newsdesk kapanıyor. Yeniden açılınca yükleme kendiliğinden devam eder.
load-out-of-sight = Newsdesk'in burada mesaj gönderme izni yok, bu yüzden bu mesaj 15 dakika sonra güncellenmez. Rapor için { $command } kullan.
load-direct = Bu yüklemeyi geri almak için sunucuda { $undo } kullan.
load-ended = { $how ->
    [cancelled] **İptal edildi** { $name }
    [interrupted] **Yarıda kaldı** { $name }
   *[failed] **Başarısız** { $name }
}

load-would-load = **Yüklenecekler** { $name }
load-would-change = Arşivle karşılaştırma:
export-done = { $count ->
    [one] **Dışa aktarıldı**: { $format }, 1 dosya
   *[other] **Dışa aktarıldı**: { $format }, { $count } dosya
}
export-points = { $count ->
    [one] 1 puan
   *[other] { $count } puan
}
export-running = **Dışa aktarılıyor**
export-loads-again = Bu, bu arşive veya başka birine yeniden yüklenebilir: dosyaları /archive load komutuna ekle.
export-by = gönderen: { $who }
load-dates = { $first } – { $last }
load-would-reject = { $count } reddedilecek
load-room = En çok { $needed } disk alanı ister; { $free } boş.
load-no-room = Diske sığmıyor: en çok { $needed } gerekiyor, { $free } boş.
load-previewed = Hiçbir şey yüklenmedi. Yüklemek için komutu `deneme` seçeneği olmadan yeniden çalıştır.

load-undo = Yüklemeyi geri al
load-undo-rest = Kalanı geri al
load-undo-question = **Yükleme { $load } geri alınsın mı?** { $name }
    Bununla gelen { $articles } haber ve { $comments } yorum kaldırılır, değiştirdiği her şey eski haline döner.
load-undoing = **Yükleme { $load } geri alınıyor**
load-removing = { $articles } haber ve { $comments } yorum kaldırılıyor.
load-undone = **Yükleme { $load } geri alındı**
load-removed = { $articles } haber ve { $comments } yorum kaldırıldı.
load-restored = { $count } eski sürüm geri yüklendi.
load-undone-by = geri alan: { $who }

load-list = **Yüklemeler**, en yeniler önce
load-none = Henüz yükleme yok. { $command } ile haber ve yorum ekle.
load-open = Bir rapor aç…
load-state = { $state ->
    [done] yüklendi
    [cancelled] iptal edildi
    [paused] duraklatıldı
    [failed] başarısız
    [undone] geri alındı
    [undoing] kısmen geri alındı
   *[running] yükleniyor
}
answer-not-for = **{ $words } için bir yanıt bulunamadı.**
load-own-archive = **Bu sunucunun arşivi**
load-own-empty = Burada henüz bir şey yok. { $command } ile haber ve yorum ekle.
load-shared-archive = **Ortak arşiv**, bot yöneticisinden
load-shared-empty = Burada henüz bir şey yok. Yalnızca bot yöneticisi ekleyebilir.
load-sources = { $count } kaynak
load-loads = { $count } yükleme
load-help =
    ### Yükleme
    { -accepted-files } Dosyayı { $load } komutuna ekle ya da bot yöneticisinin aktarım klasöründeki daha büyük bir dosyanın adını `yol` olarak yaz.
    {"**"}Seçenekler** yüklemeyi daraltır: `subreddit`, `sonra`, `önce` ve `en-az-puan`. `yetişkin` seçilmezse 18+ içerik dışarıda kalır. `deneme` nelerin yükleneceğini gösterir.
    {"**"}Sürerken** yüklemeyi duraklatabilir veya iptal edebilirsin. Yeniden başlatmadan sonra kendiliğinden devam eder. Okunamayan satırlar nedenleriyle bir dosyada listelenir, geri kalan her şey yüklenir. Aynı dökümü yeniden yüklemek yalnızca yenileri ekler.
    {"**"}Sonrasında** { $undo } bir yüklemenin eklediği her şeyi kaldırır.
    -# Bir kişinin haberlerini ve yorumlarını bu sunucunun arşivinden silmek için { $forget } kullan.

load-problem-interrupted = Bu yükleme sürerken Newsdesk durdu. Kaldığı yerden devam etmek için sürdür.
load-problem-lost = Bu yükleme sürerken Newsdesk durdu. O ana kadar yüklenenler duruyor; geri alabilirsin.
load-problem-crashed = Bu yükleme aynı yerde üç kez çöktü, bu yüzden artık kendiliğinden sürmez. O ana kadar yüklenenler duruyor. Yeniden denemek için { $load } numaralı yüklemeyi sürdür ya da geri al.
load-problem-damaged = { $where } bozuk veya eksik. Yerine eksiksiz bir kopya koy, sonra { $load } numaralı yüklemeyi sürdür.
load-problem-disk = { $where } sonuna kadar okunamadı: { $problem }. Diski kontrol et, sonra { $load } numaralı yüklemeyi sürdür.
load-problem-stalled = { $where } yakınında bir dakika boyunca hiçbir şey okunamadı, bu yüzden yükleme durduruldu. O ana kadar yüklenenler duruyor. Dosyanın bu bölümünü çıkar, sonra { $load } numaralı yüklemeyi sürdür.
load-problem-unreadable = Dosya sonuna kadar okunamadı: { $problem }.
load-problem-fault = Bizden kaynaklanan bir sorun oluştu ({ $fault }). Ayrıntılar bot yöneticisinin günlüğünde.

## Rejected input: what is wrong with a file or line of a dump, and what to do

-accepted-files = Newsdesk, haber sayfalarını, kaydedilmiş web sayfalarını (HTML, MHTML, WARC), beslemeleri (RSS, Atom), Reddit dökümlerini, Hacker News, Lemmy ve Discourse konularını ve CSV ya da JSON olarak haberleri ve yorumları okur; düz veya .zip, .tar, .gz, .xz ya da .zst içinde.
accepted-files = { -accepted-files }

rejected-empty = Bu dosya boş.
rejected-file-kind = { $kind ->
    [office] Bu bir ofis belgesi veya e-kitap. { -accepted-files }
    [pdf] Bu bir PDF. { -accepted-files }
    [picture] Bu bir resim. { -accepted-files }
    [media] Bu bir ses veya video dosyası. { -accepted-files }
    [database] Bu bir SQLite veritabanı. Tablolarını CSV olarak dışa aktar.
    [parquet] Bu bir Parquet tablosu. CSV veya JSON satırları olarak dışa aktar.
    [seven-zip] Bu bir 7-Zip arşivi. { -accepted-files }
    [rar] Bu bir RAR arşivi. { -accepted-files }
    [program] Bu bir program. { -accepted-files }
    [spreadsheet] Bu bir hesap tablosu. CSV olarak kaydet.
    [dataset] Bu, ikili biçimde bir tablo (Arrow, Avro, HDF5 veya NumPy). CSV veya JSON satırları olarak dışa aktar.
    [pickle] Bu bir Python pickle dosyası. İçeriğini CSV veya JSON satırları olarak dışa aktar.
    [sql] Bu bir veritabanı dökümü (SQL). Tablolarını CSV olarak dışa aktar.
    [yaml] Bu YAML. JSON satırlarına dönüştür.
    [compressed] Bu, Newsdesk'in okuyamadığı bir yöntemle sıkıştırılmış. .gz veya .zst olarak sıkıştır.
    [encrypted] Bu dosya şifreli. Önce şifresini çöz.
    [lfs] Bu dosya yalnızca asıl dosyayı gösteriyor (Git LFS). Onu “git lfs pull” ile al.
    [torrent] Bu bir torrent. İndirdiği dosyaları yükle.
    [email] Bu bir e-posta. { -accepted-files }
    [javascript] Bu JavaScript. İçindeki JSON dışında kalanları sil.
    [python] Bu Python, JSON değil. json.dump ile yaz.
   *[binary] Bu, ikili veri. { -accepted-files }
}
rejected-xml = Bu XML, ama ne bir web sayfası ne de bir besleme (RSS, Atom). { -accepted-files }
rejected-html-extra = Kaydedilmiş web sayfalarını, WARC arşivlerini ve beslemeleri (RSS, Atom) okuyan kitaplıklar burada kurulu değil. Bot yöneticisi bunları “pip install 'newsdesk[html]'” ile kurabilir.
rejected-html-no-article = Bu web sayfasında haber yok; yalnızca menüler, bağlantılar var ya da sayfa boş. Metnini sonradan yükleyen sayfalar tarayıcıdan kaydedilmelidir.
rejected-html-tags = Bu dosyada { $count } taneden fazla HTML etiketi var; bir sayfa için çok fazla.
rejected-html-elements = Bu web sayfasında { $count } taneden fazla öğe var; bir haber için çok fazla.
rejected-html-depth = Bu web sayfasının öğeleri { $depth } düzeyden daha derin iç içe geçmiş; daha derindekiler okunamaz.
rejected-empty-feed = Bu beslemede hiç kayıt yok.
rejected-cut-feed = Bu besleme sonuna varmadan kesiliyor. Dosyanın yeni bir kopyasını al.
rejected-warc-others = { $count ->
    [one] Bu arşivde { $count } sunucu yanıtı daha var, ama web sayfası değil (resim, betik, hata). Atlandı.
   *[other] Bu arşivde { $count } sunucu yanıtı daha var, ama web sayfası değiller (resimler, betikler, hatalar). Atlandılar.
}
rejected-warc-no-pages = Bu arşivde (WARC) web sayfası yok.
rejected-warc-damaged = Bu web sayfası arşivi (WARC) burada hasarlı. Bu noktadan önceki her şey okundu.
rejected-warc-encoding = Bu web sayfası, Newsdesk'in okuyamadığı bir biçimde sıkıştırılmış ({ $encoding }).
rejected-binary-text = Bu dosyada ikili veri var. { -accepted-files }
rejected-parquet = Bu, sütunları { $columns } olan bir Parquet tablosu. CSV veya JSON satırları olarak dışa aktar.
rejected-table = Bu, sütunları { $columns } olan bir tablo. Haber yüklemek için sütunları “title” ve “text”, yorum yüklemek için “id”, “link_id” ve “body” olarak adlandır.
rejected-empty-table = Bu tabloda satır yok, yalnızca şu sütunlar var: { $columns }.
rejected-not-a-page = Bu bir haber sayfası değil: başlığın altında “Authored by … and submitted by …” yok, adı ve zamanı olan bir yorum da yok. { -accepted-files }
rejected-index = Bu, birkaç haberi bir araya getiren bir ana sayfa veya dizin sayfası; tek bir haberin sayfası değil. Bunun yerine haber sayfalarını yükle.
rejected-several-pages = Burada ikinci bir sayfa başlıyor. Her sayfayı ayrı bir dosya olarak kaydet.
rejected-no-title = Bu sayfanın başlığı yok.
rejected-long-title = Bu satır bir başlık için fazla uzun. { -accepted-files }
rejected-too-many-lines = Bu dosyada { $count } satırdan fazlası var; bir haber sayfası için çok fazla.
rejected-large-page = Bu dosya { $megabytes } MB üzerinde; bir haber sayfası için çok büyük. { -accepted-files }

rejected-not-json = Bu dosya geçerli JSON değil: hata “{ $problem }” yerinde.
rejected-not-json-line = Bu satır geçerli JSON değil: hata “{ $problem }” yerinde.
rejected-cut-json = JSON burada bir kaydın ortasında kesiliyor. Dosyanın yeni bir kopyasını edinin.
rejected-nested-json = Bu JSON fazla derin iç içe geçmiş ya da içindeki bir sayı çok uzun.
rejected-not-an-export = Bu satır, Newsdesk'in bu sürümünün okuduğu bir dışa aktarmaya ait değil.
rejected-wiped = Burada metin yerine { $count } sıfır bayt var, bu yüzden bazı kayıtlar kaybolmuş. Çevredeki eksiksiz kayıtlar okundu. Dosyanın yeni bir kopyasını edin.
rejected-many-bad = Burada Reddit yorumu veya gönderisi olmayan { $count } kayıttan fazlası var. Geri kalanı okunmadı.
rejected-not-a-record = Bu JSON, ama bir Reddit yorumu (body ve link_id içeren), gönderi veya haber (title içeren) değil.
rejected-bad-record = Bu geçerli bir Reddit yorumu veya gönderisi değil: “{ $problem }” alanı eksik veya yanlış.
rejected-number-id = “{ $field }” alanındaki { $number } sayısı iki farklı kimlik anlamına gelebilir. Kimlikleri Reddit’in yazdığı gibi metin olarak dışa aktar.
rejected-other-json = Bu JSON dosyasında Reddit yorumu (body ve link_id içeren), gönderi veya haber (title içeren) yok. { -accepted-files }
rejected-not-a-listing = Bu dosyada haber veya yorum yok. Bir API’den geldiyse aramayı genişlet ve sonuçları yeniden kaydet.
rejected-large-listing = Bu liste { $megabytes } MB; tek seferde okumak için çok büyük. Dökümü JSON satırları olarak yükle.
rejected-long-line = Bu satır { $megabytes } MB uzunluğunda. En uzun Reddit kayıtları yaklaşık 1 MB olur.
rejected-bad-id = “{ $id }” bir Reddit kimliği değil.
rejected-redacted = Ayrıntılar kaldırıldı, çünkü unutulan bir yazarı gösterebilirdi.
rejected-untitled = Bu gönderinin başlığı yok.
rejected-untitled-article = Bu haberin başlığı yok.
rejected-row-width = Bu satırda { $fields } alan var, ama tabloda { $columns } sütun var.
rejected-quotes = { $count ->
    [one] Bu satırdaki tırnak işaretleri eşleşmiyor.
   *[other] Bu { $count } satırdaki tırnak işaretleri eşleşmiyor.
}
rejected-lone-comment = Bu yorumun hangi gönderiye ait olduğu yazmıyor (link_id veya permalink).
rejected-no-record = Burada ne başlık ne de metin var.
rejected-bad-forum-id = “{ $id }” bir gönderinin numarası veya adresi değil.
rejected-forum-orphan = Bu yorum hangi konuya ait olduğunu söylemiyor.
rejected-forum-site = Bu Discourse forumu yanıtı hangi siteden geldiğini göstermiyor. Bunun yerine /t/123.json gibi adreslerden kaydedilmiş konuları yükle.
rejected-not-a-forum-record = Bu, bir forumun kayıtları arasında olsa da gönderi veya yorum değil.
rejected-bad-time = “{ $time }” bir zaman değil.
rejected-impossible-time = { $time } tarihi Reddit'in kuruluşundan önce veya bu yüzyıldan sonra.

rejected-missing = Böyle bir dosya yok.
rejected-zst-window = Bu .zst dosyasını açmak { $megabytes } MB'tan fazla bellek gerektiriyor. Makinede bu kadar bellek varsa NEWSDESK_ZST_WINDOW_MB değerini 2048 yap ya da dosyayı “--long” olmadan yeniden sıkıştır.
rejected-unreadable-file = Bu dosya açılamıyor: { $problem }.
rejected-unreadable-folder = Bu klasör açılamıyor: { $problem }.
rejected-read-error = Bu dosya sonuna kadar okunamadı: { $problem }.
rejected-empty-folder = Bu klasörde dosya yok. { -accepted-files }
rejected-link = Bu, başka bir yere giden bir bağlantı. Bağlantılar izlenmez.
rejected-device = Bu bir dosya değil, bir aygıt veya adlandırılmış boru.
rejected-special = Bu sıradan bir dosya değil, bir aygıt veya seyrek dosya.
rejected-empty-archive = Bu arşiv dosyasının içinde dosya yok. { -accepted-files }
rejected-empty-zip = Bu dosya bir .zip gibi “PK” ile başlıyor, ama içinde dosya yok. { -accepted-files }
rejected-encrypted = Bu dosya şifreli. Dosyayı aç ve parolasız haliyle yükle.
rejected-method = Bu dosya Newsdesk'in okuyamadığı bir yöntemle sıkıştırılmış (zip yöntemi { $method }). Başka bir yöntemle sıkıştır.
rejected-fault = Bizden kaynaklanan bir sorun yüzünden bu dosya atlandı. Ayrıntılar bot yöneticisinin günlüğünde.
rejected-damaged = Arşiv dosyası burada bozuk veya eksik. Bu noktadan öncesi okundu.
rejected-bad-header = Arşiv dosyası burada bozuk: üst bilgilerinden biri aşırı büyük.
rejected-too-deep = İç içe { $depth } arşiv dosyasından fazlası var. Önce dıştakileri aç.
rejected-inner-zip = Başka bir arşiv dosyasının içindeki .zip en fazla { $megabytes } MB olabilir. Onu tek başına yükle.
rejected-too-many-members = Bu arşiv dosyasının içinde çok fazla dosya var. Böl veya bir klasöre aç.
rejected-too-many-files = { $count } dosyadan fazlası var. Geri kalanı okunmadı.
rejected-unpacked = Bu açılınca { $megabytes } MB sınırını aşıyor. Geri kalanı okunmadı.
rejected-bomb = Bu açılınca boyutunun { $ratio } katını aşıyor; gerçek bir dökümde böyle olmaz. Geri kalanı okunmadı.
rejected-rest = Bu arşiv dosyasının geri kalanı okunmadı.

rejected-unnamed = Bu konunun ne başlığı ne kimliği var.
rejected-bad-key = “{ $key }” bir gönderinin veya yorumun kimliği değil.
rejected-half-character = Metinde yarım bir karakter var (tek başına kalmış bir vekil kod birimi).
rejected-value = Değerlerinden biri arşiv için fazla büyük.

## The local page: "newsdesk try" shows the bot on a simulated Discord

try-welcome =
    Newsdesk, örnek bir arşivle simüle bir Discord üzerinde çalışıyor. Token veya ağ gerekmez.

      { $url }

    Bu sayfayı tarayıcıda aç ve mesaj kutusuna şunları yaz:
      /search, ardından birkaç sözcük, örneğin { $query }
      /ask, ardından bir soru, örneğin: { $question }
      /article random, sonra düğmeleri dene. “Tartış”, Newsdesk'ten @bahsedip soru sorabileceğin bir alt başlık açar.
      /archive load, kendi dökümünle. “Viewing as” seni hiçbir şey yükleyemeyen bir üyeye dönüştürür.
try-greeting =
    Newsdesk, haberlerin ve altlarındaki tartışmaların aranabilir bir arşividir. Buradaki arşivde { $size } var; hepsi uydurma.
    {"**"}Şunları dene**
    { $search } komutunu `{ $query }` aramasıyla
    { $ask } komutunu `{ $question }` sorusuyla
    { $random } komutunu, ardından haberin altındaki düğmeleri
    { $load } komutunu kendi dosyanla
    { $help } komutunu, geri kalan her şey için
try-kept = Durdurmak için Ctrl-C tuşlarına bas. Arşiv şurada kalır: { $data }.
try-not-kept = Durdurmak için Ctrl-C tuşlarına bas. Hiçbir şey saklanmaz.
sample-name = Örnek arşiv
try-server = Okuma Odası
try-topic = Newsdesk'in neler yapabildiğini görmek için / yaz
try-moderator = Mira (moderatör)
try-member = Tomas (üye)

## Answers

answer-article-says = Haberde şöyle deniyor: “{ $quote }”
answer-headline-says = Başlıkta şöyle deniyor: “{ $quote }”
answer-commenter-says = Bir yorumcu şöyle diyor: “{ $quote }”
answer-article-differs = Başka bir haber farklı söylüyor: “{ $quote }”
answer-headline-differs = Başka bir başlık farklı söylüyor: “{ $quote }”
answer-commenter-differs = Bir yorumcu farklı söylüyor: “{ $quote }”
answer-also-in = şunlarda da var: { $titles }
answer-for = **Lehte kanıtlar**
answer-against = **Aleyhte kanıtlar**
answer-none-against = Aleyhte kanıt bulunamadı
answer-none-for = Lehte kanıt bulunamadı
answer-both-sides = İki taraf da alıntılandı; hangisinin doğru olduğuna sen karar ver
answer-undecided = **Net bir evet ya da hayır yok.** En yakın bölüm:
answer-latest = **En yeniler önce**
answer-opinions = **{ $count } yorumda neler söyleniyor**
answer-opinion = **{ $opinion } · { $count }/{ $total }**
answer-quoted = Kelimesi kelimesine alıntı
answer-not-said = { $articles ->
    [0] **Arşivde bunun yanıtı yok.**
    [one] **Haberde ve yorumlarında bunun yanıtı yok.**
   *[other] **Bu haberlerde ve yorumlarında bunun yanıtı yok.**
}
answer-not-clear = **Net bir yanıt yok.**
answer-no-mention = { $words } hiç geçmiyor.
answer-closest = En yakın bölüm:
answer-closest-language = En yakın bölüm, sorudan farklı bir dilde:
answer-closest-lacks = En yakın bölümde { $words } geçmiyor:
answer-closest-fact = { $type ->
    [who] En yakın bölümde kim olduğu yazmıyor:
    [when] En yakın bölümde ne zaman olduğu yazmıyor:
    [where] En yakın bölümde nerede olduğu yazmıyor:
    [count] En yakın bölümde ne kadar olduğu yazmıyor:
   *[why] En yakın bölümde nedeni yazmıyor:
}
answer-not-together = Bulunan bölümlerin hiçbirinde { $words } birlikte geçmiyor.
answer-no-question = Bu bir soruya benzemiyor. Arşivdeki bir şeyi sor, örneğin: Pazar yeri oylaması ne zaman yapıldı?
answer-asked-by = -# “{ $question }”, soran: { $who }
answer-asked-as = Şöyle anlaşıldı: { $question }
answer-related = Benzer haberler
answer-why = Neden bu?
answer-ask-more = Devamını sor
answer-ask-everything = Tüm arşive sor
answer-show = Yanıta dön

answer-why-heading = ### Neden bu yanıt: { $question }
answer-words-found = **Bulunan:** { $words }
answer-words-missing = **Bulunamayan:** { $words }
answer-wanted = { $type ->
    [who] “Kim” diye sordun; ad geçen bölümler öne çıkar.
    [when] “Ne zaman” diye sordun; tarih ve saat geçen bölümler öne çıkar.
    [where] “Nerede” diye sordun; yer adı geçen bölümler öne çıkar.
    [count] Bir sayı sordun; rakam geçen bölümler öne çıkar.
    [why] “Neden” diye sordun; neden belirten bölümler öne çıkar.
    [yesno] Bir şeyin doğru olup olmadığını sordun; lehte ve aleyhte kanıtlar gösterilir.
    [latest] En son gelişmeleri sordun; en yeni bölümler önce gelir.
    [opinion] Görüşleri sordun; yalnızca yorumlar dikkate alınır.
   *[other] Soruya en yakın bölümler öne çıkar.
}
answer-confidence = Arşivin bunu yanıtladığına dair güven düzeyi: { $confidence } (en az { $minimum } gerekir)
answer-passages = **Değerlendirilen bölümler, en iyiler önce**
answer-considered = { $articles } haber ve { $comments } yorum arasından seçildi

answer-ask-title = { $articles ->
    [0] Arşive sor
    [one] Bu haber hakkında sor
   *[other] Bu haberler hakkında sor
}
answer-ask-label = Soru
answer-ask-example = Kim karşı oy verdi?

ask-after-mention = Soruyu @bahsetmenin ardından yaz: { $me } pazar yeri oylaması ne zaman yapıldı? Haberleri hakkında sormak için Newsdesk'in bir mesajına yanıt ver.
ask-mention-bot = Newsdesk yalnızca kendisinden @bahseden mesajları okur. { $me } ile yeniden sor ya da yanıtlarken @bahsetmeyi açık bırak.
ask-mention-bot-not-role = Bir rolden @bahsettin, Newsdesk ise yalnızca bottan @bahseden mesajları okur. { $me } ile yeniden sor.
ask-mentions-off = Bu sunucuda @bahsetmeler henüz yanıtlanmıyor. { $ask } yalnızca sana yanıt verir; bir moderatör @bahsetmeleri { $settings } ile açabilir.

## Language model

llm-written = { $model } bu alıntılardan yazdı; her cümle alıntılarla karşılaştırıldı
llm-written-in-part = { $model } bu alıntılardan yazdı; her cümle alıntılarla karşılaştırıldı (kanıtlanamayan { $dropped } cümle çıkarıldı)
llm-server-budget = Kelimesi kelimesine alıntı: bu sunucu dil modelinin bugünkü token'larını tüketti
llm-member-budget = Kelimesi kelimesine alıntı: dil modelinin bugünkü token'larını tükettin
llm-unreachable = Kelimesi kelimesine alıntı: dil modeli zamanında yanıt vermedi
llm-unusable = Kelimesi kelimesine alıntı: dil modelinin yanıtı kullanılamadı
llm-unproven = Kelimesi kelimesine alıntı: alıntılar, dil modelinin yazdıklarını yeterince kanıtlamıyor
llm-repeated = Kelimesi kelimesine alıntı: dil modeli yalnızca başlığı veya bir alıntıyı tekrarladı
about-llm = Bulunanları bir dil modeli ({ $model }) kısaltabilir. Ona soru ve alıntılar verilir, yorumcuların adları asla verilmez. Yazdığı her cümle alıntılarla karşılaştırılıp onlarla birlikte gösterilir ya da çıkarılır. Ne zaman kullanıldığı kartlarda belirtilir.
llm-spent = Burada bugün kullanılan token: { $spent }/{ $limit }. Sıfırlanma: { $until }.
llm-spent-by-member = Burada bugün kullanılan token: { $spent }/{ $limit }, senin payın: { $own }/{ $own_limit }. Sıfırlanma: { $until }.

## Status: of the bot, its loads, posts and machine

status-heading = Durum
# $since is a time.
status-bot = { $state ->
    [connected] Discord'a bağlı. Başlangıç: { $since }.
    [disconnected] Discord'a bağlı değil. Başlangıç: { $since }.
    [stuck] Bot yanıt vermiyor. Yeniden başlat.
   *[stopped] Bot çalışmıyor.
}
status-processes = Süreçler: { $count }, { $shards } parçadan { $running } tanesiyle
status-waiting = Gönderilmeyi bekleyen mesajlar: { $count }
status-disk = Disk: boş { $free }, toplam { $total }; arşivin boyutu { $used }.
status-model = { $state ->
    [unreachable] Dil modeli: { $model }, sunucu: { $host }, ulaşılamıyor
   *[working] Dil modeli: { $model }, sunucu: { $host }
}
status-no-model = Dil modeli: yok
status-backup = Son yedek: { $time }
status-no-backup = Son yedek: yok
status-troubles = Yapılacaklar
status-trouble = { $text } (başlangıç: { $since })
status-loads = Son yüklemeler
status-no-loads = Henüz yükleme yok.
status-load = { $load }. { $name } · { $state } · { $time }
status-digests = Sıradaki bültenler
status-no-digests = Planlanmış bülten yok.
status-digest = Bülten { $number } · { $channel } · { $time }
status-failures = Son 24 saatteki hatalar: { $count }
# $reason is such as: the channel was deleted
status-failure = { $kind ->
    [digest] Bülten { $number }
    [notice] Takip bildirimi
   *[edit] Gönderi düzenlemesi
} · { $channel } · { $time } · { $reason }
trouble-loader = Bir yükleme beklenmedik şekilde durdu. Nedenini günlükte bul, sonra yüklemeyi sürdür.
trouble-disk = Veri klasörünün bulunduğu disk neredeyse dolu. Yer aç, yoksa yüklemeler ve gönderiler durur.
trouble-database = Veritabanı { $file } bozuk. Botu durdur, “newsdesk check” komutunu çalıştır ve önerilerini uygula.
trouble-posts = Bazı gönderiler gönderilemiyor. Hangileri olduğunu ve nedenini “newsdesk status” gösterir.
trouble-model = { $model } dil modeline ulaşılamıyor, bu yüzden yalnızca alıntılar gösteriliyor. LLM_BASE_URL ve LLM_API_KEY ayarlarını ve modelin sunucusunu kontrol et.
# $reason is a whole sentence.
trouble-backup = Son yedekleme başarısız oldu: { $reason } Bunu düzelt, sonra “newsdesk backup” komutunu çalıştır.
trouble-token = Discord, DISCORD_TOKEN değerini kabul etmiyor. Geliştirici portalından yeniden kopyala, sonra botu yeniden başlat.
# $text is one of the sentences above, for the operator.
alert = Newsdesk ilgini bekliyor. { $text }

## Help

help-heading = ### Burada neler yapabilirsin
help-group-read = **Okuma**
help-group-ask = **Sorma ve takip**
help-group-moderators = **Moderatörler için**
help-more = -# Arama, soru sorma, takip veya yükleme hakkında daha fazlası için { $help } ile bir başlık seç.
help-apps = Uygulamalar > { $name }
welcome =
    Newsdesk, haberlerin ve altlarındaki tartışmaların aranabilir bir arşividir.
    { $search } veya { $ask } ile başla. Moderatörler { $load } ile haber ekler. Geri kalan her şey için { $help } kullan.
welcome-no-channel = Newsdesk henüz { $server } sunucusunun hiçbir kanalında gönderi paylaşamıyor. Paylaşması gereken yerde Kanalı Görüntüle ve Mesaj Gönder izinlerini ver.
welcome-sample = {"**"}{ $sample }**, denemen için küçük, kurgusal bir arşiv ekler. Raporundaki Geri al düğmesi onu kaldırır.
welcome-sample-direct = {"**"}{ $sample }**, denemen için { $server } sunucusuna küçük, kurgusal bir arşiv ekler.
welcome-in-server = Sunucuda { $settings } ayarları açar, { $create } ilk bülteni planlar.
welcome-button-sample = Örneği yükle
welcome-button-settings = Ayarlar
welcome-button-digest = İlk bülteni planla…
welcome-button-check = İzinleri denetle
about = Newsdesk, haberlerin ve altlarındaki tartışmaların aranabilir bir arşividir. Yanıtları, özetleri ve yorum özetleri kelimesi kelimesine alıntılardan oluşur.
about-without-model = Hiçbir yapay zekâ hizmeti kullanmaz; her şey çalıştığı makinede hesaplanır.
about-archive = Bu arşivde { $size } var.
about-questions = Burada { $asked } soru soruldu, { $answered } tanesi yanıtlandı.
about-privacy = -# Yalnızca kendisinden @bahseden, kendisine yanıt veren veya doğrudan kendisine gönderilen mesajları ve Uygulamalar ile açtıklarını okur. { $questions ->
    [stored] Bot yöneticisi soruları adsız olarak saklar.
   *[counted] Sorular sayılır, saklanmaz.
} Uzun aramalar, düğmeleri çalışmaya devam etsin diye adsız olarak saklanır. /catchup için, bu komutu her sunucuda en son ne zaman kullandığını hatırlar.
ask-help =
    ### Soru sorma
    { $ask } arşivden kelimesi kelimesine alıntılarla yanıt verir; her alıntının kaynağı ve tarihi vardır. Arşivde yanıt yoksa bunu söyler.
    İngilizce sorularda şu kalıplar yanıtı yönlendirir:
    `who`, `when`, `where`, `how many` bilgiyi öne alır
    `is it true that…` lehte ve aleyhte kanıtları gösterir
    `what do people think of…` yorumcuları sayar ve alıntılar
    `latest on…` en yenileri öne alır
    {"**"}Seçenekler** soruyu daraltır: `haber`, `kaynak`, `sonra` ve `önce`.
    {"**"}Komut kullanmadan** moderatörlerin izin verdiği bir kanalda Newsdesk'ten @bahsederek sor, bir mesajına @bahsetmeyi açık bırakarak yanıt ver (aynı haberler hakkında sorarsın) ya da ona direkt mesaj at (bot yöneticisinin ortak arşivine sorarsın). Bir haberde **Sor** düğmesine bas ya da herhangi bir mesajda Uygulamalar altından **Bunun hakkında sor** seç. **Tartış**, bir haber hakkında alt başlık açar.
    -# Newsdesk, kendisinden @bahsetmeyen mesajları okuyamaz. Dakikadaki soru sayısı sınırlıdır.
