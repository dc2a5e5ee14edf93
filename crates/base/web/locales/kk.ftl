web-skip = Мазмұнға өту
web-nav = Бөлімдер
web-nav-open = Мәзірді ашу
web-nav-close = Мәзірді жабу
web-language = Тіл
web-theme = Безендіру
web-theme-auto = Жүйедегідей
web-theme-light = Ашық
web-theme-dark = Қараңғы
web-sign-out = Шығу
web-close = Жабу
web-cancel = Бас тарту
web-dismiss = Хабарламаны жасыру
web-crumbs = Бетке апаратын жол
web-search-key = «/» пернесі осында әкеледі
web-filter-apply = Көрсету
web-filter-clear = Тазалау
web-table-sort = Осы баған бойынша сұрыптау
web-pager = Тізім беттері
web-pager-shown = { $first }–{ $last }, барлығы { $total }
web-pager-previous = Алдыңғы бет
web-pager-next = Келесі бет
web-pager-newest = Ең жаңаларына
web-pager-older = Ертеректегілері
web-live-wait = Қосылуда…
web-live-on = Байланыс бар
web-live-off = Байланыс үзілді, қайта қосылуда
web-form-required = Бұл өрісті толтырыңыз.
web-form-choice = Тізімнен мән таңдаңыз.
web-form-number = { $from } мен { $to } аралығындағы бүтін сан енгізіңіз.
web-form-date = Күнді 23.11.2026 түрінде енгізіңіз.
web-form-time = Уақытты 08:05 түрінде енгізіңіз.
web-form-faults = { $count ->
    [one] { $count } өрісті түзетіңіз
   *[other] { $count } өрісті түзетіңіз
}
web-form-faults-how = Қалғаны сақталды: қайта енгізудің қажеті жоқ.
web-form-choose-file = Файл таңдау
web-form-no-file = Файл таңдалмаған
web-error-not-found = Бет табылмады
web-error-not-found-how = Бет көшірілген немесе сізге қолжетімсіз болуы мүмкін. Мекенжайды тексеріңіз немесе басты беттен бастаңыз.
web-error-forbidden = Рұқсат жоқ
web-error-forbidden-how = Сізге бұл әрекетке рұқсат берілмеген. Жұмысыңызға қажет болса, әкімшіге хабарласыңыз.
web-error-sign-in = Жүйеге кіру қажет
web-error-sign-in-how = Сеанс уақыты бітті немесе сіз әлі кірген жоқсыз. Кіріп, әрекетті қайталаңыз.
web-error-sign-in-stay = Сеанс уақыты бітті. Көрші қойындыда жүйеге кіріп, әрекетті осы жерде қайталаңыз: енгізгеніңіз бетте қалады.
web-error-bad-input = Сұрау түсініксіз
web-error-bad-input-how = Деректердің бір бөлігі жоқ немесе қате көрсетілген. Артқа қайтып, енгізгеніңізді тексеріңіз.
web-error-too-large = Деректер көлемі тым үлкен
web-error-too-large-how = Кішірек файл таңдаңыз немесе деректерді бөліп жіберіңіз.
web-error-conflict = Деректерді басқа біреу өзгертіп қойған
web-error-conflict-how = Бетті қайта ашып, өзгерістерді тексеріңіз де, әрекетіңізді қайталаңыз.
web-error-too-many = Әрекет саны тым көп
web-error-too-many-how = { $seconds ->
    [one] { $seconds } секундтан кейін қайталаңыз.
   *[other] { $seconds } секундтан кейін қайталаңыз.
}
web-error-wrong-method = Бұл мекенжайда олай істеуге болмайды
web-error-wrong-method-how = Артқа қайтып, бетті қайта ашыңыз.
web-error-foreign-origin = Сұрау қабылданбады
web-error-foreign-origin-how = Ол осы сайттың бетінен келген жоқ. Бетті осы жерден ашып, әрекетті қайталаңыз.
web-error-unavailable = Сервер қазір жауап бермейді
web-error-unavailable-how = Бір минут күтіп, қайталаңыз. Бұрын жазылғанның бәрі сақталды.
web-error-internal = Серверде қате шықты
web-error-internal-how = Ол журналға жазылды. Әрекетті қайталаңыз; көмектеспесе, төмендегі нөмірді әкімшіге хабарлаңыз.
web-error-id = Өтініш нөмірі:
web-error-home = Басты бетке
