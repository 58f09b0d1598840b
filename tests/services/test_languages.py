"""A page in each language all the way: loaded, its language known, split, summed up, found by other forms of
its words, its comments read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.domain.articles import Scope
from bot.services import Services
from bot.text.language.sentences import article_sentences
from tests.support.dump_folders import page
from tests.support.services import load

pytestmark = pytest.mark.slow


SHARED = Scope()
START = datetime.fromisoformat("2024-03-12T09:00+00:00")


@dataclass(frozen=True)
class Story:
    """A made-up article, what people say of it, and how somebody would look for it."""

    language: str
    title: str
    body: tuple[str, str]
    sentences: int
    comments: tuple[str, ...]
    asked: tuple[str, ...]
    """Searches, in other forms of the words than the article has."""
    said: str
    """A search for words of the comments alone."""


STORIES = (
    Story(
        "en",
        "The lighthouse keeper found a piano on the rocks",
        (
            "The keeper of the northern lighthouse discovered a grand piano on Monday morning. It lay "
            "between the rocks after the storm, and three of its keys still played.",
            "Mr. Alder said that no ship had reported a loss. The islanders will decide on Sunday whether "
            "they keep the instrument.",
        ),
        4,
        (
            "The piano belongs to the school, where children could learn it.",
            "Our school has no room for a piano, let alone a wet one.",
            "Somebody must have lost this piano, so look for the owner first.",
            "The owner of the piano would have called by now.",
            "Salt water ruins every string, my uncle tuned instruments for forty years.",
            "Strings can be replaced, the wood is what the water ruins.",
            "I heard the three keys from the ferry and thought of bells.",
            "The storm took my fence and gave them a piano.",
            "Put it in the church, where the floor is strong enough.",
            "The church floor is rotten, ask the pastor.",
        ),
        ("discovering pianos", "lighthouses keepers"),
        "rotten floors",
    ),
    Story(
        "de",
        "Der Leuchtturmwärter fand ein Klavier auf den Felsen",
        (
            "Der Wärter des nördlichen Leuchtturms entdeckte am Montagmorgen ein großes Klavier. Es lag nach "
            "dem Sturm zwischen den Felsen, und drei seiner Tasten spielten noch.",
            "Kein Schiff habe einen Verlust gemeldet, sagte der Wärter. Die Bewohner der Insel entscheiden "
            "am Sonntag, ob sie das Instrument behalten.",
        ),
        4,
        (
            "Das Klavier gehört in die Schule, wo die Kinder darauf lernen können.",
            "Unsere Schule hat keinen Platz für ein nasses Klavier.",
            "Irgendjemand hat das Klavier verloren, also sucht zuerst den Besitzer.",
            "Der Besitzer hätte sich längst gemeldet.",
            "Salzwasser ruiniert jede Saite, mein Onkel hat vierzig Jahre lang gestimmt.",
            "Saiten kann man ersetzen, das Holz ist das Problem.",
            "Ich habe die drei Tasten von der Fähre aus gehört.",
            "Der Sturm nahm meinen Zaun und brachte ihnen ein Klavier.",
            "Stellt es in die Kirche, dort ist der Boden fest genug.",
            "Der Boden der Kirche ist morsch, fragt den Pfarrer.",
        ),
        ("Klaviere", "den Leuchttürmen"),
        "morscher Boden",
    ),
    Story(
        "es",
        "El farero encontró un piano entre las rocas",
        (
            "El guarda del faro del norte descubrió el lunes por la mañana un piano de cola. Estaba entre "
            "las rocas después de la tormenta, y tres de sus teclas todavía sonaban.",
            "Ningún barco ha comunicado una pérdida, dijo el farero. Los vecinos de la isla decidirán el "
            "domingo si se quedan con el instrumento.",
        ),
        4,
        (
            "El piano debe ir a la escuela, donde los niños pueden aprender.",
            "Nuestra escuela no tiene sitio para un piano mojado.",
            "Alguien ha perdido ese piano, así que buscad primero al dueño.",
            "El dueño ya habría llamado hace días.",
            "El agua salada estropea todas las cuerdas, mi tío afinó durante cuarenta años.",
            "Las cuerdas se cambian, lo malo es la madera.",
            "Oí las tres teclas desde el transbordador.",
            "La tormenta se llevó mi valla y les trajo un piano.",
            "Ponedlo en la iglesia, allí el suelo aguanta.",
            "El suelo de la iglesia está podrido, preguntad al cura.",
        ),
        ("pianos", "faros del norte"),
        "suelos podridos",
    ),
    Story(
        "fr",
        "Le gardien du phare a trouvé un piano sur les rochers",
        (
            "Le gardien du phare du nord a découvert lundi matin un piano à queue. Il était posé entre les "
            "rochers après la tempête, et trois de ses touches jouaient encore.",
            "Aucun navire n'a signalé de perte, a dit le gardien. Les habitants de l'île décideront dimanche "
            "s'ils gardent l'instrument.",
        ),
        4,
        (
            "Le piano doit aller à l'école, où les enfants pourront apprendre.",
            "Notre école n'a pas de place pour un piano mouillé.",
            "Quelqu'un a perdu ce piano, alors cherchez d'abord le propriétaire.",
            "Le propriétaire aurait déjà appelé depuis longtemps.",
            "L'eau salée abîme toutes les cordes, mon oncle a accordé pendant quarante ans.",
            "Les cordes se remplacent, c'est le bois qui souffre.",
            "J'ai entendu les trois touches depuis le bac.",
            "La tempête a pris ma clôture et leur a donné un piano.",
            "Mettez-le dans l'église, le plancher y est solide.",
            "Le plancher de l'église est pourri, demandez au curé.",
        ),
        ("gardiens de phares", "l'instruments"),
        "corde salée",
    ),
    Story(
        "ru",
        "Смотритель маяка нашёл рояль на камнях",
        (
            "Смотритель северного маяка обнаружил в понедельник утром большой рояль. Он лежал между камнями "
            "после шторма, и три его клавиши ещё звучали.",
            "Ни один корабль не сообщил о потере, сказал смотритель. Жители острова решат в воскресенье, "
            "оставят ли они инструмент себе.",
        ),
        4,
        (
            "Рояль надо отдать в школу, где дети смогут учиться.",
            "В нашей школе нет места для мокрого рояля.",
            "Кто-то потерял этот рояль, сначала найдите хозяина.",
            "Хозяин давно бы уже позвонил.",
            "Солёная вода портит каждую струну, мой дядя настраивал сорок лет.",
            "Струны можно заменить, а вот дерево уже нет.",
            "Я слышал эти три клавиши с парома.",
            "Шторм унёс мой забор и принёс им рояль.",
            "Поставьте его в церковь, там крепкий пол.",
            "Пол в церкви гнилой, спросите у священника.",
        ),
        ("северные маяки", "рояля на камне"),
        "гнилые полы",
    ),
    Story(
        "ar",
        "حارس المنارة يعثر على بيانو بين الصخور",
        (
            "اكتشف حارس المنارة الشمالية يوم الاثنين بيانو كبيرا على الشاطئ. كان البيانو بين الصخور بعد "
            "العاصفة، وثلاثة من مفاتيحه ما زالت تعمل.",
            "قال الحارس إن أي سفينة لم تبلغ عن خسارة. سيقرر سكان الجزيرة يوم الأحد هل يحتفظون بالآلة.",
        ),
        4,
        (
            "يجب أن يذهب البيانو إلى المدرسة حتى يتعلم الأطفال.",
            "ليس في مدرستنا مكان لبيانو مبلل.",
            "شخص ما فقد هذا البيانو فابحثوا عن المالك أولا.",
            "كان المالك سيتصل منذ أيام.",
            "الماء المالح يفسد كل الأوتار وعمي كان يصلح الآلات أربعين سنة.",
            "الأوتار يمكن تغييرها ولكن المشكلة في الخشب.",
            "سمعت المفاتيح الثلاثة من العبارة.",
            "أخذت العاصفة سور بيتي وأعطتهم بيانو.",
            "ضعوه في القاعة فالأرضية هناك قوية.",
            "أرضية القاعة قديمة فاسألوا المدير.",
        ),
        ("منارة شمالية", "صخور"),
        "الأوتار",
    ),
    Story(
        "tr",
        "Deniz feneri bekçisi kayaların üstünde bir piyano buldu",
        (
            "Kuzeydeki deniz fenerinin bekçisi pazartesi sabahı büyük bir piyano buldu. Piyano fırtınadan "
            "sonra kayaların arasında duruyordu ve üç tuşu hâlâ çalıyordu.",
            "Bekçi, hiçbir geminin kayıp bildirmediğini söyledi. Adalılar çalgıyı saklayıp "
            "saklamayacaklarına pazar günü karar verecek.",
        ),
        4,
        (
            "Piyano okula gitmeli, çocuklar orada öğrenebilir.",
            "Bizim okulda ıslak bir piyano için yer yok.",
            "Bu piyanoyu birisi kaybetti, önce sahibini arayın.",
            "Sahibi çoktan aramış olurdu.",
            "Tuzlu su bütün telleri bozar, amcam kırk yıl akort yaptı.",
            "Teller değişir ama ahşap için çok geç.",
            "Üç tuşu vapurdan duydum ve çan sandım.",
            "Fırtına benim çitimi aldı, onlara piyano getirdi.",
            "Camiye değil salona koyun, orada zemin sağlam.",
            "Salonun zemini çürük, müdüre sorun.",
        ),
        ("piyanolar", "deniz fenerleri"),
        "çürük zeminler",
    ),
    Story(
        "zh",
        "灯塔看守人在礁石上发现一架钢琴",
        (
            "北方灯塔的看守人星期一早上发现了一架大钢琴。暴风雨过后，它躺在礁石之间，还有三个琴键能弹响。",
            "看守人说，没有船只报告过损失。岛上的居民将在星期天决定是否留下这件乐器。",
        ),
        4,
        (
            "钢琴应该送给学校，让孩子们学习。",
            "我们学校没有地方放一架湿钢琴。",
            "一定有人丢了这架钢琴，先找到主人吧。",
            "主人早就应该打电话来了。",
            "海水会毁掉每一根琴弦，我叔叔调了四十年的琴。",
            "琴弦可以更换，木头才是问题。",
            "我在渡船上听到了那三个琴键的声音。",
            "暴风雨吹走了我的篱笆，却给他们送来钢琴。",
            "把它放在教堂里，那里的地板很结实。",
            "教堂的地板已经腐烂了，去问牧师吧。",
        ),
        ("看守人", "大钢琴"),
        "地板",
    ),
)


@pytest.fixture(params=STORIES, ids=lambda story: story.language)
def story(request: pytest.FixtureRequest) -> Story:
    given: Story = request.param
    return given


@pytest.fixture
async def told(services: Services, story: Story, tmp_path: Path) -> Services:
    """The story alone in the archive, as article 1."""
    comments = [
        (f"reader{number}", f"{START + timedelta(minutes=7 * number):%Y-%m-%dT%H:%M}", text)
        for number, text in enumerate(story.comments)
    ]
    text = page(story.title, "island.example", "keeper", story.body, comments[::-1])
    (tmp_path / "story.txt").write_text(text, encoding="utf-8")
    receipt = await load(services, None, tmp_path / "story.txt")
    assert (receipt.articles.new, receipt.comments.new, receipt.rejected) == (1, len(story.comments), 0)
    return services


async def test_the_language_is_known_and_sentences_are_whole(told: Services, story: Story) -> None:
    article = await told.archive.article(SHARED, 1)
    assert article.language == story.language
    sentences = article_sentences(article)
    assert len(sentences) == story.sentences
    assert [sentence.text[-1] for sentence in sentences] == [story.body[0][-1]] * story.sentences
    summary = await told.archive.summary(SHARED, 1, 2)
    assert len(summary.sentences) == 2
    assert summary.sentence_count == story.sentences
    assert set(summary.sentences) <= set(sentences)
    assert summary.minutes == 1


async def test_other_forms_of_its_words_find_it(told: Services, story: Story) -> None:
    for asked in story.asked:
        found = await told.archive.search(SHARED, asked, place="articles")
        assert [hit.article for hit in found.hits] == [1], asked
        assert found.instead is None, asked
    found = await told.archive.search(SHARED, story.said, place="comments")
    assert [hit.article for hit in found.hits] == [1]
    assert found.instead is None
    assert found.hits[0].matches


async def test_its_comments_make_a_digest(told: Services, story: Story) -> None:
    digest = await told.archive.comment_digest(SHARED, 1)
    assert (digest.total, digest.read) == (10, 10)
    assert digest.themes or len(digest.few) >= 8, "they are listed where no two say the same"
    texts = {comment.id: comment.text for comment in await told.archive.all_comments(SHARED, 1)}
    assert all(theme.comments and theme.quotes for theme in digest.themes)
    for quote in (*digest.few, *(quote for theme in digest.themes for quote in theme.quotes)):
        assert texts[quote.comment][quote.start : quote.end] == quote.text
        assert quote.text in story.comments, "a comment of one sentence is quoted whole"
