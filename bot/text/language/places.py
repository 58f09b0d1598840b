"""Names of countries and of large cities, by language, to know a place where a text speaks of one."""

from __future__ import annotations

import re
from functools import lru_cache

_ENGLISH = """
Afghanistan, Albania, Algeria, Angola, Argentina, Armenia, Australia, Austria, Azerbaijan, Bahamas, Bahrain,
Bangladesh, Barbados, Belarus, Belgium, Belize, Benin, Bhutan, Bolivia, Bosnia, Bosnia and Herzegovina,
Botswana, Brazil, Bulgaria, Burkina Faso, Burma, Burundi, Cambodia, Cameroon, Canada,
Central African Republic, Chile, China, Colombia, Costa Rica, Croatia, Cuba, Cyprus, Czech Republic,
Denmark, Djibouti, Dominican Republic, Ecuador, Egypt, El Salvador, Eritrea, Estonia, Ethiopia, Fiji,
Finland, France, Gabon, Gambia, Gaza, Germany, Ghana, Greece, Greenland, Guatemala, Guinea, Guyana, Haiti,
Honduras, Hong Kong, Hungary, Iceland, India, Indonesia, Iran, Iraq, Ireland, Israel, Italy, Ivory Coast,
Jamaica, Japan, Kazakhstan, Kenya, Kosovo, Kuwait, Kyrgyzstan, Laos, Latvia, Lebanon, Lesotho, Liberia,
Libya, Lithuania, Luxembourg, Macau, Macedonia, Madagascar, Malawi, Malaysia, Maldives, Mali, Malta,
Mauritania, Mauritius, Mexico, Moldova, Monaco, Mongolia, Montenegro, Morocco, Mozambique, Myanmar, Namibia,
Nepal, Netherlands, New Zealand, Nicaragua, Niger, Nigeria, North Korea, North Macedonia, Northern Ireland,
Norway, Oman, Pakistan, Palestine, Panama, Papua New Guinea, Paraguay, Peru, Philippines, Poland, Portugal,
Puerto Rico, Qatar, Romania, Russia, Rwanda, Saudi Arabia, Scotland, Senegal, Serbia, Sierra Leone,
Singapore, Slovakia, Slovenia, Somalia, South Africa, South Korea, South Sudan, Soviet Union, Spain,
Sri Lanka, Sudan, Suriname, Sweden, Switzerland, Syria, Taiwan, Tajikistan, Tanzania, Thailand, Tibet, Togo,
Trinidad and Tobago, Tunisia, Turkey, Turkmenistan, Uganda, Ukraine, United Arab Emirates, UAE,
United Kingdom, UK, U.K., Britain, Great Britain, England, Wales, United States, US, U.S., USA, U.S.A.,
Uruguay, Uzbekistan, Venezuela, Vietnam, West Bank, Yemen, Zambia, Zimbabwe, Africa, America,
Antarctica, Asia,
Europe, Latin America, Middle East, North America, South America, Central America, Caribbean, Mediterranean,
Crimea, Kashmir, Chechnya, Siberia, Sahara, Balkans, Alabama, Alaska, Arizona, Arkansas, California,
Colorado, Connecticut, Delaware, Florida, Hawaii, Idaho, Illinois, Indiana, Iowa, Kansas, Kentucky,
Louisiana, Maine, Maryland, Massachusetts, Michigan, Minnesota, Mississippi, Missouri, Montana, Nebraska,
Nevada, New Hampshire, New Jersey, New Mexico, New York, New York City, North Carolina, North Dakota, Ohio,
Oklahoma, Oregon, Pennsylvania, Rhode Island, South Carolina, South Dakota, Tennessee, Texas, Utah, Vermont,
Virginia, Washington, Washington DC, West Virginia, Wisconsin, Wyoming, Ontario, Quebec, Alberta,
British Columbia, Nova Scotia, New South Wales, Queensland, Tasmania, Abuja, Accra, Addis Ababa, Adelaide,
Aleppo, Alexandria, Algiers, Amman, Amsterdam, Ankara, Antwerp, Athens, Atlanta, Auckland, Austin, Baghdad,
Bali, Baltimore, Bangalore, Bangkok, Barcelona, Basra, Beijing, Beirut, Belfast, Belgrade, Benghazi, Berlin,
Birmingham, Bogota, Boston, Brisbane, Bristol, Brooklyn, Brussels, Bucharest, Budapest, Buenos Aires, Cairo,
Calgary, Cambridge, Canberra, Cape Town, Caracas, Cardiff, Casablanca, Chicago, Cincinnati, Cleveland,
Cologne, Colombo, Copenhagen, Dakar, Dallas, Damascus, Darfur, Delhi, Denver, Detroit, Dhaka, Doha, Donetsk,
Dubai, Dublin, Edinburgh, Fallujah, Frankfurt, Geneva, Glasgow, Guantanamo Bay, Guangzhou, Hamburg, Hanoi,
Harare, Havana, Helsinki, Hiroshima, Hollywood, Houston, Islamabad, Istanbul, Jakarta, Jerusalem,
Johannesburg, Kabul, Kampala, Kandahar, Karachi, Kathmandu, Kharkiv, Khartoum, Kiev, Kyiv, Kinshasa,
Kolkata, Kuala Lumpur, Lagos, Lahore, Las Vegas, Leeds, Leicester, Lima, Lisbon, Liverpool, London,
Los Angeles, Luxor, Lviv, Lyon, Madrid, Manchester, Manhattan, Manila, Mariupol, Marseille, Mecca,
Melbourne, Memphis, Mexico City, Miami, Milan, Milwaukee, Minneapolis, Mogadishu, Monrovia, Montreal,
Moscow, Mosul, Mumbai, Munich, Nairobi, Naples, Nashville, New Delhi, New Orleans, Newcastle, Nottingham,
Odessa, Oklahoma City, Orlando, Osaka, Oslo, Ottawa, Oxford, Paris, Perth, Philadelphia, Phoenix,
Pittsburgh, Port-au-Prince, Portland, Prague, Pretoria, Pyongyang, Rio de Janeiro, Riyadh, Rome, Sacramento,
Salt Lake City, San Antonio, San Diego, San Francisco, San Jose, Sanaa, Santiago, Sao Paulo, São Paulo,
Sarajevo, Seattle, Seoul, Shanghai, Sheffield, Shenzhen, Silicon Valley, Sofia, Stockholm, Sydney, Taipei,
Tbilisi, Tehran, Tel Aviv, Tokyo, Toronto, Tripoli, Tunis, Vancouver, Vatican City, Venice, Vienna,
Vladivostok, Warsaw, Washington D.C., Wellington, Wuhan, Yangon, Zagreb, Zurich
"""
_GERMAN = """
Deutschland, Österreich, Schweiz, Frankreich, Großbritannien, England, Schottland, Irland, Italien, Spanien,
Portugal, Niederlande, Belgien, Luxemburg, Dänemark, Schweden, Norwegen, Finnland, Island, Polen,
Tschechien, Slowakei, Ungarn, Rumänien, Bulgarien, Griechenland, Türkei, Serbien, Kroatien, Slowenien,
Bosnien, Kosovo, Albanien, Ukraine, Russland, Belarus, Weißrussland, Estland, Lettland, Litauen, Moldau,
Georgien, Armenien, USA, Kanada, Mexiko, Kuba, Brasilien, Argentinien, Chile, Kolumbien, Venezuela, Peru,
China, Japan, Nordkorea, Südkorea, Indien, Pakistan, Afghanistan, Iran, Irak, Syrien, Libanon, Israel,
Jordanien, Jemen, Saudi-Arabien, Katar, Ägypten, Libyen, Tunesien, Marokko, Algerien, Sudan, Äthiopien,
Somalia, Kenia, Nigeria, Südafrika, Mali, Niger, Australien, Neuseeland, Indonesien, Thailand, Vietnam,
Taiwan, Europa, Afrika, Asien, Nordirland, Gaza, Gazastreifen, Westjordanland, Krim, Bayern, Sachsen,
Hessen, Thüringen, Brandenburg, Niedersachsen, Nordrhein-Westfalen, Baden-Württemberg, Rheinland-Pfalz,
Saarland, Schleswig-Holstein, Mecklenburg-Vorpommern, Sachsen-Anhalt, Tirol, Berlin, Hamburg, München, Köln,
Frankfurt, Stuttgart, Düsseldorf, Leipzig, Dresden, Hannover, Nürnberg, Bremen, Dortmund, Bonn, Mainz, Kiel,
Rostock, Erfurt, Potsdam, Magdeburg, Chemnitz, Wien, Graz, Salzburg, Innsbruck, Linz, Zürich, Bern, Basel,
Genf, Brüssel, Straßburg, Paris, London, Rom, Mailand, Madrid, Barcelona, Lissabon, Amsterdam, Den Haag,
Kopenhagen, Stockholm, Oslo, Helsinki, Warschau, Prag, Budapest, Bukarest, Sofia, Athen, Istanbul, Ankara,
Belgrad, Zagreb, Sarajevo, Kiew, Kyjiw, Odessa, Moskau, Minsk, Washington, New York, Los Angeles, Chicago,
Peking, Shanghai, Hongkong, Tokio, Seoul, Neu-Delhi, Kabul, Teheran, Bagdad, Damaskus, Beirut, Jerusalem,
Tel Aviv, Kairo, Tripolis, Tunis
"""
_SPANISH = """
España, Francia, Alemania, Italia, Portugal, Reino Unido, Inglaterra, Escocia, Irlanda, Bélgica, Holanda,
Países Bajos, Suiza, Austria, Suecia, Noruega, Dinamarca, Finlandia, Polonia, Hungría, Rumanía, Bulgaria,
Grecia, Turquía, Ucrania, Rusia, Bielorrusia, Serbia, Croacia, Kosovo, Estados Unidos, EE.UU., EE UU,
Canadá, México, Guatemala, Honduras, El Salvador, Nicaragua, Costa Rica, Panamá, Cuba, Haití,
República Dominicana, Puerto Rico, Colombia, Venezuela, Ecuador, Perú, Bolivia, Chile, Argentina, Uruguay,
Paraguay, Brasil, China, Japón, Corea del Norte, Corea del Sur, India, Pakistán, Afganistán, Irán, Irak,
Siria, Líbano, Israel, Palestina, Gaza, Cisjordania, Jordania, Yemen, Arabia Saudí, Arabia Saudita, Catar,
Egipto, Libia, Túnez, Marruecos, Argelia, Sudán, Etiopía, Somalia, Kenia, Nigeria, Sudáfrica, Malí,
Australia, Nueva Zelanda, Indonesia, Filipinas, Tailandia, Vietnam, Taiwán, Europa, África, Asia,
América Latina, Latinoamérica, Cataluña, Andalucía, Galicia, País Vasco, Euskadi, Valencia, Aragón,
Asturias, Murcia, Navarra, Canarias, Baleares, Madrid, Barcelona, Sevilla, Bilbao, Zaragoza, Málaga,
Granada, Valladolid, Alicante, Ciudad de México, Guadalajara, Monterrey, Tijuana, Bogotá, Medellín, Cali,
Caracas, Maracaibo, Quito, Guayaquil, Lima, La Paz, Santiago, Valparaíso, Buenos Aires, Rosario, Montevideo,
Asunción, La Habana, Managua, Tegucigalpa, San Salvador, Brasilia, São Paulo, Río de Janeiro, Washington,
Nueva York, Los Ángeles, Miami, Chicago, Londres, París, Berlín, Múnich, Roma, Milán, Lisboa, Bruselas,
Ginebra, Viena, Varsovia, Atenas, Estambul, Ankara, Kiev, Moscú, Pekín, Shanghái, Hong Kong, Tokio, Seúl,
Nueva Delhi, Kabul, Teherán, Bagdad, Damasco, Beirut, Jerusalén, Tel Aviv, El Cairo, Trípoli
"""
_FRENCH = """
France, Allemagne, Italie, Espagne, Portugal, Royaume-Uni, Grande-Bretagne, Angleterre, Écosse, Irlande,
Belgique, Pays-Bas, Luxembourg, Suisse, Autriche, Suède, Norvège, Danemark, Finlande, Pologne, Hongrie,
Roumanie, Bulgarie, Grèce, Turquie, Ukraine, Russie, Biélorussie, Serbie, Croatie, Kosovo, États-Unis,
Etats-Unis, Canada, Québec, Mexique, Cuba, Haïti, Brésil, Argentine, Chili, Colombie, Venezuela, Pérou,
Chine, Japon, Corée du Nord, Corée du Sud, Inde, Pakistan, Afghanistan, Iran, Irak, Syrie, Liban, Israël,
Palestine, Gaza, Cisjordanie, Jordanie, Yémen, Arabie saoudite, Qatar, Égypte, Egypte, Libye, Tunisie,
Maroc, Algérie, Soudan, Éthiopie, Somalie, Kenya, Nigeria, Niger, Mali, Sénégal, Tchad, Cameroun,
Côte d'Ivoire, Congo, Centrafrique, Burkina Faso, Madagascar, Rwanda, Afrique du Sud, Australie,
Nouvelle-Zélande, Indonésie, Thaïlande, Vietnam, Taïwan, Europe, Afrique, Asie, Corse, Bretagne, Normandie,
Alsace, Provence, Paris, Marseille, Lyon, Toulouse, Nice, Nantes, Strasbourg, Montpellier, Bordeaux, Lille,
Rennes, Reims, Grenoble, Dijon, Calais, Bruxelles, Anvers, Liège, Genève, Lausanne, Zurich, Berne, Montréal,
Ottawa, Londres, Berlin, Munich, Francfort, Rome, Milan, Madrid, Barcelone, Lisbonne, Amsterdam, La Haye,
Vienne, Varsovie, Athènes, Istanbul, Ankara, Kiev, Moscou, Washington, New York, Los Angeles, Chicago,
Pékin, Shanghai, Hong Kong, Tokyo, Séoul, New Delhi, Kaboul, Téhéran, Bagdad, Damas, Beyrouth, Jérusalem,
Tel-Aviv, Le Caire, Tripoli, Tunis, Alger, Rabat, Dakar, Bamako, Abidjan, Kinshasa
"""
_RUSSIAN = """
Россия, Украина, Белоруссия, Беларусь, Казахстан, Грузия, Армения, Азербайджан, Узбекистан, Киргизия,
Таджикистан, Молдавия, Молдова, Латвия, Литва, Эстония, Польша, Германия, Франция, Италия, Испания,
Португалия, Великобритания, Англия, Шотландия, Ирландия, Бельгия, Нидерланды, Швейцария, Австрия, Швеция,
Норвегия, Дания, Финляндия, Чехия, Словакия, Венгрия, Румыния, Болгария, Греция, Турция, Сербия, Хорватия,
Косово, США, Канада, Мексика, Куба, Бразилия, Аргентина, Чили, Венесуэла, Китай, Япония, КНДР, Индия,
Пакистан, Афганистан, Иран, Ирак, Сирия, Ливан, Израиль, Палестина, Газа, Иордания, Йемен, Катар, Египет,
Ливия, Тунис, Марокко, Алжир, Судан, Эфиопия, Сомали, Кения, Нигерия, ЮАР, Австралия, Индонезия, Таиланд,
Вьетнам, Тайвань, Европа, Африка, Азия, Крым, Сибирь, Урал, Кавказ, Чечня, Дагестан, Татарстан, Башкирия,
Якутия, Москва, Санкт-Петербург, Петербург, Новосибирск, Екатеринбург, Казань, Самара, Омск, Челябинск,
Волгоград, Воронеж, Пермь, Красноярск, Саратов, Тюмень, Иркутск, Хабаровск, Владивосток, Ярославль, Томск,
Мурманск, Архангельск, Калининград, Сочи, Грозный, Махачкала, Белгород, Курск, Брянск, Севастополь,
Симферополь, Киев, Харьков, Одесса, Львов, Донецк, Луганск, Мариуполь, Минск, Рига, Вильнюс, Таллин, Баку,
Ереван, Тбилиси, Ташкент, Астана, Алматы, Бишкек, Варшава, Прага, Берлин, Париж, Лондон, Рим, Мадрид,
Брюссель, Женева, Вена, Афины, Стамбул, Анкара, Вашингтон, Пекин, Шанхай, Токио, Сеул, Дели, Кабул, Тегеран,
Багдад, Дамаск, Бейрут, Иерусалим, Тель-Авив, Каир
"""
_TURKISH = """
Türkiye, Almanya, Fransa, İtalya, İspanya, Portekiz, İngiltere, Birleşik Krallık, İskoçya, İrlanda, Belçika,
Hollanda, İsviçre, Avusturya, İsveç, Norveç, Danimarka, Finlandiya, Polonya, Macaristan, Romanya,
Bulgaristan, Yunanistan, Ukrayna, Rusya, Sırbistan, Hırvatistan, Kosova, Bosna Hersek, Arnavutluk, Kıbrıs,
KKTC, ABD, Amerika, Kanada, Meksika, Küba, Brezilya, Arjantin, Şili, Venezuela, Çin, Japonya, Kuzey Kore,
Güney Kore, Hindistan, Pakistan, Afganistan, İran, Irak, Suriye, Lübnan, İsrail, Filistin, Gazze, Ürdün,
Yemen, Suudi Arabistan, Katar, Mısır, Libya, Tunus, Fas, Cezayir, Sudan, Etiyopya, Somali, Kenya, Nijerya,
Azerbaycan, Ermenistan, Gürcistan, Kazakistan, Avustralya, Endonezya, Tayland, Vietnam, Tayvan, Avrupa,
Afrika, Asya, Orta Doğu, Ankara, İstanbul, İzmir, Bursa, Antalya, Adana, Konya, Gaziantep, Şanlıurfa,
Diyarbakır, Mersin, Kayseri, Eskişehir, Samsun, Trabzon, Erzurum, Malatya, Kahramanmaraş, Hatay, Sakarya,
Kocaeli, Denizli, Manisa, Balıkesir, Çanakkale, Edirne, Tekirdağ, Muğla, Aydın, Rize, Artvin, Zonguldak,
Sivas, Elazığ, Mardin, Londra, Paris, Berlin, Roma, Madrid, Brüksel, Cenevre, Viyana, Atina, Sofya, Moskova,
Kiev, Washington, New York, Pekin, Tokyo, Seul, Kabil, Tahran, Bağdat, Şam, Halep, Beyrut, Kudüs, Tel Aviv,
Kahire, Bakü, Lefkoşa
"""
_ARABIC = """
مصر, سوريا, العراق, لبنان, الأردن, فلسطين, إسرائيل, السعودية, اليمن, الكويت, قطر, البحرين, عمان, الإمارات,
ليبيا, تونس, الجزائر, المغرب, السودان, موريتانيا, الصومال, جيبوتي, إيران, تركيا, أفغانستان, باكستان, الهند,
الصين, اليابان, روسيا, أوكرانيا, ألمانيا, فرنسا, بريطانيا, إيطاليا, إسبانيا, بلجيكا, هولندا, السويد, سويسرا,
اليونان, بولندا, الولايات المتحدة, كندا, المكسيك, البرازيل, الأرجنتين, فنزويلا, كوبا, أستراليا, إندونيسيا,
ماليزيا, إثيوبيا, كينيا, نيجيريا, مالي, النيجر, أوروبا, أفريقيا, آسيا, غزة, قطاع غزة, الضفة الغربية, القدس,
القاهرة, الإسكندرية, دمشق, حلب, حمص, إدلب, بغداد, البصرة, الموصل, بيروت, طرابلس, بنغازي, الرياض, جدة, مكة,
صنعاء, عدن, الدوحة, دبي, أبوظبي, مسقط, الخرطوم, دارفور, الرباط, الدار البيضاء, طهران, أنقرة, إسطنبول, كابول,
موسكو, كييف, واشنطن, نيويورك, لندن, باريس, برلين, روما, مدريد, بروكسل, جنيف, بكين, طوكيو, تل أبيب
"""
_CHINESE = """
中国, 美国, 俄罗斯, 英国, 法国, 德国, 意大利, 西班牙, 日本, 韩国, 朝鲜, 印度, 巴基斯坦, 阿富汗, 伊朗,
伊拉克, 叙利亚, 以色列, 巴勒斯坦, 加沙, 黎巴嫩, 约旦, 也门, 沙特阿拉伯, 土耳其, 埃及, 利比亚, 苏丹,
埃塞俄比亚, 尼日利亚, 肯尼亚, 南非, 澳大利亚, 新西兰, 加拿大, 墨西哥, 巴西, 阿根廷, 智利, 古巴, 委内瑞拉,
乌克兰, 波兰, 希腊, 瑞士, 瑞典, 挪威, 荷兰, 比利时, 泰国, 越南, 缅甸, 柬埔寨, 老挝, 菲律宾, 马来西亚,
新加坡, 印度尼西亚, 印尼, 蒙古, 哈萨克斯坦, 欧洲, 非洲, 亚洲, 中东, 台湾, 香港, 澳门, 北京, 上海, 天津,
重庆, 广州, 深圳, 武汉, 成都, 南京, 杭州, 西安, 郑州, 沈阳, 哈尔滨, 昆明, 新疆, 西藏, 内蒙古, 四川, 云南,
广东, 广西, 湖南, 湖北, 河南, 河北, 山东, 山西, 陕西, 江苏, 浙江, 福建, 江西, 安徽, 贵州, 甘肃, 青海, 宁夏,
海南, 辽宁, 吉林, 黑龙江, 台北, 高雄, 東京, 东京, 首尔, 平壤, 新德里, 莫斯科, 基辅, 华盛顿, 纽约, 洛杉矶,
伦敦, 巴黎, 柏林, 罗马, 布鲁塞尔, 日内瓦, 耶路撒冷, 巴格达, 德黑兰, 喀布尔, 大马士革, 开罗, 曼谷, 河内
"""
_LISTS = {
    "en": _ENGLISH,
    "de": _GERMAN,
    "es": _SPANISH,
    "fr": _FRENCH,
    "ru": _RUSSIAN,
    "tr": _TURKISH,
    "ar": _ARABIC,
    "zh": _CHINESE,
}


@lru_cache(maxsize=16)
def places(language: str) -> frozenset[str]:
    """The names as the language writes them; none for a language without a list."""
    names = " ".join(_LISTS.get(language, "").split()).split(",")
    return frozenset(name.strip() for name in names if name.strip())


@lru_cache(maxsize=4)
def place_pattern(language: str) -> re.Pattern[str]:
    """Finds the names in running text of a script without capitals: behind small words that Arabic writes
    together with the next, anywhere in Chinese. The longest name that fits is the one found."""
    names = "|".join(map(re.escape, sorted(places(language), key=lambda name: (-len(name), name)))) or r"(?!)"
    if language == "ar":
        return re.compile(rf"(?<!\w)[وف]?[بل]?({names})(?!\w)")
    return re.compile(f"({names})")
