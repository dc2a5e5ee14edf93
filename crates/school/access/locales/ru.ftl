## Причины решений, тревоги, направления, режим школы

access-reason-granted = Проход разрешён
access-reason-granted_learning = Проход разрешён: месяц привыкания к карте
access-reason-granted_free_passage = Свободный проход
access-reason-granted_by_guard = Проход разрешил охранник
access-reason-granted_by_board = Проход разрешил контроллер без связи
access-reason-granted_by_button = Открыто кнопкой
access-reason-granted_passback = Проход разрешён, но повторно в ту же сторону
access-reason-granted_exit = Выход разрешён, вход закрыт. Обратитесь к администрации.
access-reason-granted_leave = Выход по разрешению
access-reason-unknown_credential = Карта не зарегистрирована
access-reason-ambiguous_credential = Номер подходит к двум картам. Обратитесь к администратору.
access-reason-code_expired = Время QR-кода вышло: покажите новый
access-reason-code_replayed = Этот QR-код уже использован: покажите новый
access-reason-code_invalid = QR-код недействителен
access-reason-credential_suspended = Карта заблокирована. Обратитесь к секретарю.
access-reason-credential_lost = Карта числится утерянной
access-reason-credential_returned = Карта сдана и больше не действует
access-reason-credential_not_yet_valid = Срок действия карты ещё не начался
access-reason-credential_expired = Срок действия карты истёк. Обратитесь к секретарю.
access-reason-person_blocked = Вход запрещён. Обратитесь к администрации.
access-reason-person_archived = Больше не числится в школе
access-reason-no_right = Нет права прохода здесь
access-reason-outside_schedule = Вне разрешённого времени
access-reason-holiday = Сегодня нерабочий день
access-reason-no_leave = Идут уроки, разрешения на выход нет
access-reason-anti_passback = Повторный проход в ту же сторону
access-reason-zone_full = Зона заполнена
access-reason-locked_down = Вход в школу закрыт
access-reason-unknown_point = Точка прохода отключена
access-reason-denied_by_board = В проходе отказал контроллер без связи

access-alarm-door_forced = Дверь открыта без разрешения
access-alarm-door_held = Дверь слишком долго открыта
access-alarm-fire = Пожарная тревога
access-alarm-device_unreachable = Контроллер не отвечает
access-alarm-device_back = Контроллер снова на связи
access-alarm-door_failed = Дверь не открылась
access-alarm-door_back = Дверь снова открывается
access-alarm-clock_drift = Часы контроллера шли неверно
access-alarm-clock_mended = Часы контроллера исправлены
access-alarm-events_lost = Часть событий контроллера потеряна
access-alarm-spool_full = Проходы не записываются на диск
access-alarm-spool_back = Проходы снова записываются на диск
access-alarm-gate_failed = Сервер не может запустить шлюз: двери работают по спискам контроллеров. Причина — в журнале сервера
access-alarm-gate_back = Шлюз снова работает
access-alarm-passback = Карта использована повторно в ту же сторону
access-alarm-lost_credential_used = Предъявлена утерянная карта
access-alarm-blocked_left = Вышел человек, которому закрыт вход
access-alarm-device_restarted = Контроллер перезапустился

access-direction-in = Вход
access-direction-out = Выход

access-decided-gate = По правилам
access-decided-board = Контроллер
access-decided-guard = Охранник

access-mode-normal = Обычный режим
access-mode-locked_down = Вход закрыт
access-mode-free_passage = Свободный проход

access-fault-empty = Заполните это поле.
access-fault-too-long = Слишком длинно: не больше 80 знаков.
access-fault-sign = В тексте есть знак, который нельзя показать.
access-fault-no-such = Такой записи нет. Выберите из списка снова.
access-fault-taken = Этот номер уже есть у другого устройства.
access-fault-door = У контроллера двери с 1 по 4.
access-fault-door-taken = К этой двери уже подключена другая точка прохода.
access-fault-same-zone = Внутренняя и внешняя зоны должны различаться.
access-fault-other-gate = Устройство и точка прохода должны быть на одном шлюзе.
access-fault-minutes = Введите число минут от 1 до 1440.
access-fault-limit = Введите число от 1 до 100 000 или оставьте поле пустым.
access-fault-serial = Серийный номер состоит только из цифр, он указан на плате.
access-fault-address = Введите адрес вида «192.168.1.10:60000». Если оставить пустым, плата ищется в сети (для TCP адрес обязателен).
access-fault-open-seconds = Введите число секунд от 1 до 60.
access-fault-no-day = Выберите хотя бы один день.
access-fault-span = Введите время вида «07:30–14:00».
access-fault-too-many = Слишком много. Разделите правило на два.
access-fault-order = Последний день не может быть раньше первого.

access-in-use-passes = Здесь уже записаны проходы, поэтому удалить нельзя. Отключите точку вместо этого.
access-in-use-points = С этим связаны точки прохода. Сначала измените их.
access-in-use-zones = В здании есть зоны. Сначала перенесите или удалите их.
access-in-use-devices = К этому шлюзу подключены устройства. Сначала перенесите или удалите их.
access-in-use-group = Для этой группы есть правила. Сначала удалите или измените их.
access-in-use-rules = Эта точка названа в правилах. Сначала измените правила.
access-changed = Пока вы редактировали, это изменил кто-то другой. Обновите страницу и внесите правку снова.
access-point-disabled = Точка прохода отключена. Выберите другую.
access-person-archived = Этот человек больше не числится в школе, пропустить его нельзя. Запишите его в журнал посетителей.

## Monitor and lane

access-monitor = Монитор охраны
access-monitor-sound-on = Звук включён
access-monitor-sound-off = Включить звук
access-monitor-lost = Связь с сервером потеряна. Проходы продолжаются; монитор обновится сам, когда связь вернётся.
access-monitor-newest = Последний проход
access-monitor-recent = Недавние проходы
access-monitor-empty = Сегодня проходов ещё не было
access-monitor-empty-how = Первый проход появится здесь сам.
access-monitor-mode-since = с { $time }
access-monitor-to-normal = Вернуть обычный режим
access-monitor-alarm-seen = Понятно
access-monitor-no-lanes = Точек прохода пока нет. Их добавляет администратор школы на странице «Точки прохода».
access-late = Данные о проходе пришли с опозданием
access-inside-total = В школе
access-inside-pupils = Учеников
access-inside-staff = Сотрудников
access-inside-others = Других
access-lane-online = Работает
access-lane-starting = Запускается
access-lane-disabled = Выключена
access-lane-gate-away = Шлюз не на связи с { $time }
access-lane-gate-never = Шлюз ещё не выходил на связь
access-lane-board-away = Контроллер не отвечает с { $time }
access-lane-board-never = Контроллер не отвечает
access-lane-catching-up = { $count ->
    [one] передаёт { $count } запись
    [few] передаёт { $count } записи
   *[other] передаёт { $count } записей
}
access-admit = Пропустить без карты
access-admit-who = Кого пропустить?
access-admit-type = Фамилия или имя
access-admit-how = Введите первые буквы фамилии или имени.
access-admit-nobody = По запросу «{ $text }» никого нет. Проверьте буквы или запишите человека в журнал посетителей.
access-admit-where = Где
access-admit-which-way = Куда
access-admit-do = Пропустить
access-admit-close = Закрыть
access-admit-choose = Сначала выберите человека из списка
access-admit-done = { $name }: { $lane } открыт
access-admit-told = Проход записан на этого человека.
access-admit-refused = Шлюз не открыл проход
access-admit-no-answer = Шлюз не отвечает, проход не записан
access-admit-by-key = Откройте турникет ключом или пропустите через другой и сообщите администратору.
access-admit-disabled = Эта точка прохода выключена
access-admit-archived = Этот человек больше не числится в школе
access-admit-write-visitor = Запишите его в журнал посетителей.
access-lock-down = Блокировка
access-lock-down-do = Заблокировать вход
access-free-passage = Свободный проход
access-free-passage-do = Открыть все проходы
access-mode-ask-locked_down = Заблокировать вход в школу?
access-mode-ask-free_passage = Открыть все точки прохода?
access-mode-ask-normal = Вернуть обычный режим?
access-mode-what-locked_down = Никто не сможет войти ни по какой карте. Выйти можно. Пропустить человека сможет только охранник.
access-mode-what-free_passage = Все турникеты откроются для всех, и с картой, и без прав. Так делают при пожаре. Проходы записываются.
access-mode-what-normal = Снова действуют правила прохода.
access-lane-nav = Виртуальный турникет
access-lane-what = Турникет на экране: приложите карту и увидите решение шлюза. Проход записывается как настоящий.
access-lane-none = Виртуальных турникетов пока нет
access-lane-none-how = Добавьте на странице «Устройства» виртуальный турникет и точку прохода для него.
access-lane-number = Номер карты или QR-пропуск
access-lane-number-help = Как показывает считыватель: 10058400, или «код, номер»: 100,58400. Или текст QR-пропуска, как его вводит считыватель кодов. Нажмите Enter.
access-lane-no-number = Такого номера карты не бывает
access-lane-person = Или найдите владельца
access-lane-present = Приложить карту
access-lane-wait = Приложите карту
access-lane-no-answer-how = Проверьте, работает ли шлюз: страница «Устройства».

## Passes, points, rules, devices, alarms

access-add = Добавить
access-save = Сохранить
access-cancel = Отмена
access-remove = Удалить
access-turn-on = Включить
access-turn-off = Отключить
access-show-all = Показать все
access-settings = Настройки
access-name = Название
access-version = Версия программы
access-who = Кто
access-when = Когда
access-where = Где
access-class = Класс
access-any-class = Все классы
access-point = Точка прохода
access-any-point = Все точки
access-direction = Направление
access-any-direction = Любое
access-outcome = Решение
access-any-outcome = Любое
access-outcome-granted = Пропущен
access-outcome-refused = Отказ
access-seconds = { $seconds } с
access-nobody = Неизвестная карта
access-no-card = Без карты
access-card-number = Карта { $number }
access-done-added = Добавлено. Шлюзы узнают об этом через секунду.
access-done-saved = Сохранено. Шлюзы узнают об этом через секунду.
access-done-removed = Удалено
access-done-enabled = Включено
access-done-disabled = Отключено
access-done-synced = Контроллер сверяет список карт. Результат появится здесь через несколько секунд.
access-done-seen = Отмечено как просмотренное
access-passes = Проходы
access-passes-search = Фамилия или имя
access-passes-from = С
access-passes-until = По
access-passes-when = Передача
access-passes-all = Все
access-passes-late-only = Переданы с опозданием
access-passes-late = Получено в { $time }
access-passes-none = Проходов пока нет
access-passes-none-how = Как только кто-нибудь приложит карту, проход появится здесь. Проверьте точки прохода и устройства, если карты уже прикладывали.
access-passes-none-found = Таких проходов нет
access-passes-none-found-how = Измените период, имя или другие условия.
access-point-unknown = Точка удалена
access-decided-by = Решение охранника: { $who }
access-export-csv = CSV
access-export-xlsx = XLSX
access-export-at = Дата и время
access-export-name = Фамилия, имя, отчество
access-export-class = Класс или должность
access-export-reason = Причина
access-export-decided = Кто решил
access-export-card = Номер карты
access-export-late = Получено позже
access-devices = Устройства
access-devices-of = Устройства шлюза «{ $gate }»
access-device = Устройство
access-device-add = Добавить устройство
access-device-new = Новое устройство
access-device-kind = Вид устройства
access-device-kind-help = Виртуальному турникету серийный номер, адрес и время открытия не нужны.
access-device-board = Контроллер UHPPOTE
access-device-virtual = Виртуальный турникет
access-device-name-help = Например, «Контроллер у главного входа»
access-device-gate-help = Шлюз, который управляет устройством
access-device-state = Состояние
access-device-online = Отвечает
access-device-unreachable = Не отвечает
access-device-unknown = Ещё не опрошено
access-device-ready = Готов
access-device-drift = Расхождение часов
access-device-event = Последнее событие
access-device-cards = Карты
access-device-seen = Последний ответ
access-device-sync = Сверить карты
access-device-now = Сейчас
access-device-no-points = Не подключено ни к одной точке
access-device-remove-ask = Удалить устройство «{ $name }»?
access-device-remove-what = Шлюз перестанет им управлять. Записанные проходы сохранятся.
access-cards-same = список верен
access-cards-due = { $count ->
    [one] { $count } ждёт передачи
    [few] { $count } ждут передачи
   *[other] { $count } ждут передачи
}
access-board-of = UHPPOTE { $serial }
access-board-serial = Серийный номер
access-board-serial-help = Девять цифр на плате контроллера
access-board-address = Адрес
access-board-address-help = Адрес и порт. Если оставить пустым, шлюз найдёт плату в своей сети.
access-board-transport = Связь
access-board-transport-help = TCP поддерживают новые платы.
access-board-open = Открывать на, секунд
access-board-open-help = Для турникета обычно 3 секунды
access-gate = Шлюз
access-gate-add = Добавить шлюз
access-gate-new = Новый шлюз
access-gate-name-help = Например, «Шлюз главного корпуса»
access-gate-kind = Где работает
access-gate-kind-help = Отдельный шлюз стоит в школе и решает без сервера, если связи нет.
access-gate-remote = Отдельный компьютер в школе
access-gate-here = В программе сервера
access-gate-online = На связи
access-gate-away = Нет связи с { $time }
access-gate-never = Ещё не выходил на связь
access-gate-settings = Настройки шлюза
access-gate-rules = Правила и карты
access-gate-current = Новейшие
access-gate-behind = На { $time }
access-gate-no-snapshot = Ещё не получены
access-gate-waiting = Записей ждут передачи
access-gate-spool-full = Шлюз не может записывать на диск
access-gate-spool-full-how = Он продолжает решать, но проходы хранятся только в памяти. Освободите место на диске шлюза.
access-gate-no-devices = Устройств у этого шлюза пока нет.
access-gate-token = Ключ шлюза
access-gate-token-of = Ключ шлюза «{ $name }»
access-gate-token-once = Ключ показан только сейчас
access-gate-token-once-how = Сохраните его на компьютере шлюза. Если он потеряется, сделайте новый в настройках шлюза.
access-gate-token-use = Запишите ключ в файл gate.token на компьютере шлюза и запустите:
access-gate-token-kept = Ключ сохранён
access-gate-token-hidden = Ключ хранится только на шлюзе, здесь его посмотреть нельзя.
access-gate-token-new = Сделать новый ключ
access-gate-token-ask = Сделать новый ключ для шлюза «{ $name }»?
access-gate-token-what = Старый ключ сразу перестанет действовать: шлюз останется без связи с сервером, пока ему не передадут новый.
access-gate-remove-ask = Удалить шлюз «{ $name }»?
access-gate-remove-what = Он больше не сможет связаться с сервером. Переданные им проходы сохранятся.
access-gate-remove-loses = { $count ->
    [one] Ещё не передана { $count } запись. Она пропадёт навсегда. Дождитесь, пока шлюз её передаст.
    [few] Ещё не переданы { $count } записи. Они пропадут навсегда. Дождитесь, пока шлюз их передаст.
   *[other] Ещё не передано { $count } записей. Они пропадут навсегда. Дождитесь, пока шлюз их передаст.
}
access-gate-records-wait = У шлюза есть непереданные записи. Дождитесь их или ещё раз подтвердите, что их можно потерять.
access-gates-none = Шлюзов пока нет
access-gates-none-how = Шлюз решает, кого пропустить, и управляет контроллерами. Добавьте его первым.
access-points = Точки прохода
access-point-add = Добавить точку
access-point-new = Новая точка прохода
access-point-name-help = Как её называют в школе: «Турникет 1», «Столовая»
access-point-position = Место в списке
access-point-position-help = Меньшее число стоит выше.
access-point-outer = Снаружи
access-point-inner = Внутри
access-street = Улица
access-point-leads = Соединяет
access-point-gate-help = Шлюз, который здесь решает
access-point-no-device = Без устройства, открывает охранник
access-point-device-help = Устройство того же шлюза
access-point-door = Дверь контроллера
access-point-door-help = Номер реле на плате
access-point-door-of = { $device }, дверь { $door }
access-point-format = Формат считывателя
access-point-format-help = Как считыватель передаёт номер карты
access-format-w26 = Wiegand 26: код объекта и номер
access-format-w26_plain = Wiegand 26: одно число
access-format-w34 = Wiegand 34: UID, старший байт первый
access-format-w34_reversed = Wiegand 34: UID в обратном порядке
access-format-w37 = Wiegand 37
access-nights = Присутствие ночью
access-nights-on = В полночь начинается заново
access-nights-off = В полночь сохраняется
access-nights-what = Чтобы человека, чей выход не считался, утром не остановил запрет повторного прохода, в полночь отметка «внутри» снимается. Журнал проходов не меняется.
access-anti-passback = Повторный проход
access-anti-passback-help = Что делать, если человек входит второй раз, не выйдя
access-anti-passback-min = Минуты до повторного прохода
access-anti-passback-min-help = Только для запрета на несколько минут
access-passback-off = Разрешён
access-passback-soft = Разрешён с тревогой
access-passback-hard = Запрещён до выхода
access-passback-timed = Запрещён на несколько минут
access-passback-for = { $minutes ->
    [one] Запрещён { $minutes } минуту
    [few] Запрещён { $minutes } минуты
   *[other] Запрещён { $minutes } минут
}
access-point-is-enabled = Точка работает
access-point-on = Работает
access-point-off = Отключена
access-point-is-off = Точка прохода отключена
access-point-is-off-how = Здесь никого не пропустят, пока её не включат.
access-point-needs-gate = Точке прохода нужен шлюз, который на ней решает. Добавьте его на странице «Устройства».
access-point-remove-ask = Удалить точку прохода «{ $name }»?
access-point-remove-what = Удалить можно только точку без проходов. Остальные отключают.
access-points-none = Точек прохода пока нет
access-points-none-how = Добавьте турникет или дверь и укажите, что они соединяют.
access-points-none-zones = Сначала добавьте здание и зону, в которую ведёт точка прохода.
access-building = Здание
access-buildings = Здания и зоны
access-building-add = Добавить здание
access-building-new = Новое здание
access-building-edit = Изменить здание
access-building-name-help = Например, «Главный корпус»
access-building-address = Адрес
access-building-remove-ask = Удалить здание «{ $name }»?
access-building-remove-what = Удалить можно здание без зон.
access-buildings-none = Зданий пока нет
access-buildings-none-how = Начните со здания: в нём будут зоны, а в зоны ведут точки прохода.
access-zone = Зона
access-zone-add = Добавить зону
access-zone-new = Новая зона
access-zone-name-help = Например, «Школа», «Столовая», «Спортзал»
access-zone-limit = Вместимость, человек
access-zone-limit-help = Когда зона заполнена, входить больше не пускают. Пустое поле снимает ограничение.
access-zone-unlimited = без ограничения
access-zone-remove-ask = Удалить зону «{ $name }»?
access-zone-remove-what = Все, кто числится в этой зоне, будут считаться вышедшими.
access-zones-of = Зоны здания «{ $building }»
access-zones-none = Зон в этом здании пока нет.
access-rules = Правила прохода
access-rules-parts = Разделы правил
access-rules-how = Человека пропускают, если это разрешает хотя бы одно правило. Порядок нужен только для удобства чтения.
access-rules-none = Правил пока нет
access-rules-none-how = Без правил турникеты никого не пропустят. Начните с правила «Все ученики, вход и выход».
access-rules-all-off = Все правила отключены
access-rules-all-off-how = Турникеты сейчас никого не пропускают. Включите хотя бы одно правило.
access-rule-add = Добавить правило
access-rule-new = Новое правило
access-rule-off = Отключено
access-rule-up = Выше: { $who }
access-rule-down = Ниже: { $who }
access-rule-remove-ask = Удалить правило «{ $who }»?
access-rule-remove-what = Люди, которых пропускало только это правило, больше не пройдут.
access-rule-who-help = Люди, которым правило даёт право прохода
access-who-everybody = Все
access-who-all-pupil = Все ученики
access-who-all-teacher = Все учителя
access-who-all-staff = Все сотрудники
access-who-all-guardian = Все родители и законные представители
access-who-class = Класс { $name }
access-who-group = Группа «{ $name }»
access-who-person = Один человек
access-who-gone = Удалённый класс, группа или человек
access-rule-person = Человек
access-rule-person-type = Фамилия или имя
access-rule-person-help = Нужно, только если выбран «Один человек»
access-rule-nobody-found = Никого не найдено. Введите первые буквы фамилии или имени.
access-rule-where = Где
access-rule-where-help = Если ничего не отмечено, правило действует на всех точках прохода.
access-rule-everywhere = все точки прохода
access-rule-points = { $count ->
    [one] { $count } точка прохода
    [few] { $count } точки прохода
   *[other] { $count } точек прохода
}
access-rule-both-ways = вход и выход
access-rule-way-in = вход
access-rule-way-out = выход
access-rule-when = Когда
access-rule-when-help = Отметьте дни и укажите время. Если всё оставить пустым, правило действует в любое время.
access-rule-window = Промежуток { $number }
access-rule-window-add = Добавить время
access-rule-window-remove = Убрать промежуток { $number }
access-rule-windows-full = Больше промежутков добавить нельзя. Сделайте ещё одно правило.
access-rule-window-from = Начало
access-rule-window-to = Конец
access-rule-any-time = в любое время
access-rule-daily = ежедневно
access-rule-from = с { $day }
access-rule-until = по { $day }
access-rule-from-day = Действует с
access-rule-from-help = Пусто: уже действует
access-rule-until-day = Действует по
access-rule-until-help = Пусто: без срока. Последний день входит в срок.
access-rule-name = Название
access-rule-name-help = Необязательно: правило и так описано словами
access-rule-on-holidays = Действует и в праздники, и на каникулах
access-rule-is-enabled = Правило включено
access-rule-holidays-too = и в праздники, и на каникулах
access-groups = Группы
access-groups-how = Группа объединяет людей для правил: кружок, дежурные, вторая смена.
access-groups-none = Групп пока нет
access-groups-none-how = Добавьте группу, если правило нужно для нескольких людей из разных классов.
access-group = Группа
access-group-add = Новая группа
access-group-members = Человек
access-group-join = Добавить людей
access-group-put = Добавить отмеченных
access-group-take = Убрать
access-group-empty = В группе пока никого нет
access-group-empty-how = Найдите людей по фамилии или добавьте сразу целый класс.
access-group-has = { $count ->
    [one] В группе { $count } человек
    [few] В группе { $count } человека
   *[other] В группе { $count } человек
}
access-group-remove-ask = Удалить группу «{ $name }»?
access-group-remove-what = Люди останутся в школе, исчезнет только сама группа.
access-group-not-removed = Группу удалить нельзя
access-group-search = Фамилия, имя или класс
access-group-find = Найти
access-group-is-in = уже в группе
access-group-found-many = Показаны первые 40 человек. Уточните запрос, чтобы увидеть остальных.
access-group-join-class = Добавить класс
access-group-class-help = В группу попадут все ученики этого класса.
access-group-put-class = Добавить весь класс
access-group-no-classes = Классов пока нет. Их добавляют на странице «Классы».
access-group-tick = Отметьте хотя бы одного человека
access-group-joined = { $count ->
    [one] Добавлен { $count } человек
    [few] Добавлены { $count } человека
   *[other] Добавлено { $count } человек
}
access-group-joined-none = Все они уже были в группе
access-gates-know = Шлюзы узнают об этом через секунду.
access-calendar = Календарь
access-alarms = Тревоги
access-alarm = Тревога
access-alarm-kind = Вид тревоги
access-alarms-any-kind = Все виды
access-alarms-seen = Просмотр
access-alarms-any = Все
access-alarms-unseen-only = Не просмотренные
access-alarms-see-all = { $count ->
    [one] Отметить { $count } тревогу
    [few] Отметить все { $count } тревоги
   *[other] Отметить все { $count } тревог
}
access-alarm-see = Понятно
access-alarm-stands = Ещё не устранено
access-alarm-over = Снова в порядке: { $time }
access-alarm-events = События: { $numbers }
access-alarms-none = Тревог нет
access-alarms-none-how = Здесь появится всё необычное: взлом двери, молчащий контроллер, утерянная карта.
access-alarms-none-found = Таких тревог нет
access-alarms-none-found-how = Измените условия или покажите все тревоги.

## Presence

access-where-now = Где сейчас
access-where-outside = Вне школы
access-where-unknown = Неизвестно
access-where-unknown-what = следующий проход не будет считаться повторным
access-where-never = Проходов ещё не было
access-where-since = с { $time }
access-where-by-hand = вручную: { $who }
access-where-set = Указать место
access-where-title = Где сейчас: { $name }
access-where-choose = Где этот человек?
access-where-what = Изменятся число людей в школе и проверка повторного прохода. Кто и когда это указал, останется в журнале.
access-where-moved = Пока вы выбирали, человек прошёл через турникет
access-where-moved-how = Посмотрите, где он сейчас, и при необходимости сохраните ещё раз.
access-where-history = Указано вручную за 30 дней
access-where-history-none = За 30 дней место вручную не указывали.
access-where-zone-gone = Удалённая зона
access-who-said = Кто указал
access-done-placed = Место указано. Шлюзы узнают об этом через секунду.
access-done-emptied = Все отмечены вышедшими. Шлюзы узнают об этом через секунду.
access-inside = Люди в школе
access-inside-people = Человек
access-everybody-out = Все вышли
access-everybody-out-what = { $count ->
    [one] В школе числится { $count } человек. Если на самом деле там никого нет, например после эвакуации, отметьте это: человек будет считаться вышедшим, и его следующий вход не будет повторным. Записи о проходах не изменятся.
    [few] В школе числятся { $count } человека. Если на самом деле там никого нет, например после эвакуации, отметьте это: все будут считаться вышедшими, и следующий вход не будет повторным. Записи о проходах не изменятся.
   *[other] В школе числятся { $count } человек. Если на самом деле там никого нет, например после эвакуации, отметьте это: все будут считаться вышедшими, и следующий вход не будет повторным. Записи о проходах не изменятся.
}
access-everybody-out-type = Число людей
access-everybody-out-help = Чтобы подтвердить, введите { $count }.
access-everybody-out-digits = Введите число цифрами.
access-everybody-out-differs = Сейчас в школе числится людей: { $count }. Введите это число.
access-everybody-out-do = Отметить: все вышли
access-everybody-out-none = Сейчас в школе никто не числится.
access-everybody-out-history = Когда отмечали, что все вышли
access-export-too-long = В файл поместилось бы больше { $rows } строк.
access-export-too-long-how = Выберите меньше дней или добавьте отбор, затем скачайте файл снова.
access-export-too-long-back = К журналу проходов

# Что будет, если
access-what-if = Что будет, если…
access-what-if-how = Выберите человека, точку прохода и время. Ответ даёт сам шлюз по действующим правилам.
access-what-if-date = День
access-what-if-time = Время
access-what-if-ask = Проверить
access-what-if-nobody = Выберите человека
access-what-if-yes = { $who } пройдёт: { $way }, { $point }, { $day }, { $time }
access-what-if-no = { $who } не пройдёт: { $way }, { $point }, { $day }, { $time }
access-what-if-no-card = У человека нет карты, которую читает эта точка прохода
access-what-if-no-card-how = Ответ дан так, как если бы карта была. Выдайте карту.
access-what-if-lessons = В этот день у класса уроки с { $from } до { $to }. В это время ученики не выходят без разрешения.
access-what-if-leave = На это время есть разрешение на выход.
access-what-if-helps = Что поможет
access-what-if-next = Ближайшее время, когда проход откроется: { $time }
access-what-if-rules = Правила для этого человека
access-what-if-no-rules = Ни одно правило не относится к этому человеку, или до правил дело не дошло.
access-verdict-grants = Пропускает
access-verdict-holiday = Не действует в нерабочий день
access-verdict-other-time = Другое время
access-verdict-other-day = Другой день недели
access-verdict-not-in-force = Не действует в эту дату
access-verdict-other-way = Другое направление
access-verdict-other-point = Другая точка прохода
access-help-rule = Добавьте правило для роли, класса или группы этого человека или включите человека в группу.
access-help-time = Измените время в одном из правил ниже.
access-help-holiday = Отметьте в правиле «Действует и в праздники, и на каникулах» или измените день в календаре.
access-help-leave = Дайте разрешение на выход.
access-help-card = Откройте карточку человека: карту можно разблокировать, заменить или продлить.
access-help-person = Откройте карточку человека и снимите запрет.
access-help-passback = Укажите в карточке человека, где он сейчас.
access-help-zone = Дождитесь, пока кто-нибудь выйдет, или измените предел зоны.
access-help-mode = Вход откроется, когда режим школы снова станет обычным.
access-help-point = Включите точку прохода.

# Разрешения на выход
access-leave = Выход с уроков
access-leave-of-day = Разрешения на { $day }
access-leave-rule = Ученики 1–{ $grade } классов не выходят из школы во время уроков без разрешения.
access-leave-rule-first = Ученики 1 класса не выходят из школы во время уроков без разрешения.
access-leave-rule-none = Всем ученикам можно выходить во время уроков.
access-leave-give = Разрешить выход
access-leave-do = Разрешить
access-leave-who = Выберите ученика
access-leave-date = День
access-leave-from = С
access-leave-until = До
access-leave-collected-by = Кто забирает
access-leave-collected-by-help = Оставьте пустым, если ученик уходит сам. Охранник увидит это на мониторе.
access-leave-reason = Причина
access-leave-point = Через какой выход
access-leave-any-point = Через любой доступный выход
access-leave-point-help = Через выбранный выход пропустят, даже если по правилам он не для этого ученика.
access-leave-day = Показать день
access-leave-show = Показать
access-leave-none = Разрешений на этот день нет
access-leave-none-how = Разрешение даёт учитель, секретарь или директор.
access-leave-none-of-person = Сейчас разрешений нет.
access-leave-person = Ученик
access-leave-hours = Время
access-leave-given-by = Кто разрешил
access-leave-state = Состояние
access-leave-actions = Действия
access-leave-revoke = Отменить
access-leave-too-late = Отменить уже нельзя
access-leave-too-late-how = Ученик вышел, время истекло или разрешение уже отменили.
access-leave-collects = забирает { $who }
access-leave-by = разрешил(а) { $who }
access-leave-is-open = Можно выйти
access-leave-is-ahead = Ещё рано
access-leave-is-used = Вышел(ла)
access-leave-is-revoked = Отменено
access-leave-is-over = Время истекло
access-leave-setting = Кто остаётся до конца уроков
access-leave-who-stays = Без разрешения не выходят
access-leave-who-stays-help = Время уроков берётся из календаря и расписания звонков.
access-leave-grades = Ученики 1–{ $grade } классов
access-leave-grades-first = Ученики 1 класса
access-leave-grades-none = Никто: выходить можно всем
access-fault-past = Это время уже прошло.
access-fault-long-leave = Разрешение действует не дольше суток.
access-fault-far-ahead = Разрешение можно дать не раньше чем за 60 дней.

# Обычные правила
access-usual = Обычные правила
access-usual-how = Так проходят в большинстве школ. Время учеников взято из расписания звонков. Кому правило уже дано, тому второе не добавится.
access-usual-add = { $count ->
    [one] Добавить { $count } правило
    [few] Добавить { $count } правила
   *[many] Добавить { $count } правил
}
access-usual-none = Обычные правила уже есть
access-usual-none-how = У учеников, учителей, сотрудников и родителей есть свои правила. Измените их в списке правил.

# Выдача карт
access-desk = Выдача карт
access-desk-how = Приложите карту и нажмите Enter: карта выдана, на экране следующий ученик без карты. Настольный считыватель нажимает Enter сам.
access-desk-search = Найти человека
access-desk-class = Класс
access-desk-no-class = Не выбран
access-desk-reader = Считыватель
access-desk-here = У этого компьютера
access-desk-format = Как он показывает номер
access-desk-found = Кого выбрать
access-desk-whom = Кому
access-desk-open = Открыть карточку
access-desk-left = Без карты: { $left } из { $all }
access-desk-queue = Ученики без карты
access-desk-card = Карта
access-desk-hold = Приложите карту к считывателю «{ $point }».
access-desk-hold-here = Приложите карту к настольному считывателю или введите номер.
access-desk-enter = Нажмите Enter, чтобы выдать.
access-desk-has-card = Карта уже есть: { $numbers }
access-desk-old = Прежняя карта
access-desk-old-lost = Утеряна: перестаёт работать, о попытке войти охрана узнает
access-desk-old-returned = Сдана: перестаёт работать, её можно выдать другому
access-desk-old-stay = Остаётся: работают обе карты
access-desk-give = Выдать
access-desk-skip = Пропустить
access-desk-given = Карта { $number } выдана: { $name }
access-desk-undo = Отменить
access-desk-undone = Выдача отменена
access-desk-undone-how = Карту можно выдать снова.
access-desk-undo-how = Откройте карточку человека: там карту можно приостановить, заменить или принять обратно.
access-desk-all-served = У всех в этом классе есть карта
access-desk-all-served-how = Выберите другой класс или найдите человека по имени.
access-desk-empty = Кому выдаём карты?
access-desk-empty-how = Выберите класс, и ученики без карты пойдут по порядку. Или найдите человека по имени.
access-desk-list = Карты списком

# Дневные карты
access-day-cards = Дневные карты
access-day-cards-how = Дневную карту дают тому, кто забыл или потерял свою. Она работает до полуночи, потом отключается сама.
access-day-cards-empty = Дневных карт пока нет
access-day-cards-empty-how = Отложите несколько карт, подпишите их и внесите сюда. Это делает секретарь или администратор школы.
access-day-card-lend = Дать дневную карту
access-day-card-who = Выберите человека
access-day-card-which = Дневная карта
access-day-card-which-help = Приложите её к настольному считывателю или введите её надпись, например Д-3.
access-day-card-none-such = Это не дневная карта. Проверьте надпись или номер.
access-day-card-own = Своя карта
access-day-card-own-forgotten = Забыта дома: продолжает работать
access-day-card-own-lost = Потеряна: приостановить
access-day-card-own-help = Приостановленную карту секретарь вернёт в работу, когда она найдётся, или заменит новой.
access-day-card-do = Дать карту
access-day-card-lent = С этой картой сегодня проходит { $name }. Сначала примите её обратно.
access-day-card-lent-how = Примите карту обратно, потом уберите её из набора.
access-day-cards-missing = Не возвращены
access-day-cards-missing-how = Эти карты уже не открывают двери. Когда карту принесут, отметьте это.
access-day-cards-out = На руках сегодня
access-day-cards-out-none = Сегодня все карты на месте.
access-day-card-label = Надпись
access-day-card-person = Кому дана
access-day-card-since = Когда
access-day-card-by = Кто дал
access-day-card-back = Принять обратно
access-day-cards-pool = Набор дневных карт
access-day-card-label-help = Короткая надпись на карте: Д-3. До 20 знаков.
access-day-card-add = Добавить в набор
access-day-card-withdraw = Убрать из набора
access-day-card-withdraw-ask = Убрать карту { $label } из набора?
access-day-card-withdraw-what = Карта больше не будет дневной. Её можно выдать кому-то как обычную.
access-day-card-here = На месте
access-day-card-with = У { $name }
access-day-card-missing = Не возвращена: { $name }
access-day-card-done-lent = Дневная карта выдана
access-day-card-done-back = Карта принята обратно
access-day-card-done-added = Карта добавлена в набор
access-day-card-done-withdrawn = Карта убрана из набора
access-loans = История дневных карт
access-loans-of = Дневные карты: { $name }
access-loans-search = Имя
access-loans-any-card = Любая карта
access-loans-withdrawn = { $label } (убрана из набора)
access-loans-from = С
access-loans-until = По
access-loans-end = Чем закончилось
access-loans-back = Возвращена
access-loans-back-by = Кто принял
access-loans-taken-by = принял(а) { $name }
access-loans-none-found = Таких выдач нет
access-loans-none-found-how = Измените фильтр.
access-loans-none = Дневных карт ещё не давали
access-loans-none-how = Когда дадут первую карту, здесь будет видно, у кого какая была.
access-loan-out = На руках
access-loan-handed_back = Возвращена
access-loan-missing = Отключена ночью, не возвращена
access-loan-back_late = Отключена ночью, возвращена позже
access-loan-lost = Потеряна
access-loan-found = Была потеряна, возвращена

# Карты списком
access-card-list-how = Загрузите таблицу XLSX или CSV с номерами карт и с именами или ИИН, лучше ещё и с классом. До { $most } карт. Перед записью вы увидите, что изменится.
access-card-list-file = Файл
access-card-list-help = Столбцы узнаются по заголовкам: Ф.И.О., ИИН, Класс, Номер карты.
access-card-list-look = Посмотреть
access-card-list-import = Если в списке есть новые люди, загрузите его как список школы: карты запишутся вместе с ними.
access-card-list-to-import = Загрузка списков
access-card-list-choose = Выберите файл.
access-card-list-no-table = Это не таблица XLSX или CSV, или файл повреждён.
access-card-list-no-cards = В файле не нашлось столбца с номерами карт. Назовите его «Номер карты».
access-card-list-nobody = В файле не нашлось имён или ИИН. Назовите столбец «Ф.И.О.» или «ИИН».
access-card-list-too-long = В файле больше { $most } карт. Разделите его.
access-card-list-empty = В файле нет ни одной карты.
access-card-list-preview = Что изменит список
access-card-list-counts = Выдать: { $give }. Уже есть: { $have }. Не подойдёт: { $refused }.
access-card-list-nothing = Выдавать нечего
access-card-list-nothing-how = Исправьте строки в файле и загрузите его снова.
access-card-list-old = Если карта уже есть, прежняя
access-card-list-confirm = { $count ->
    [one] Выдать { $count } карту
    [few] Выдать { $count } карты
   *[many] Выдать { $count } карт
}
access-card-list-line = Строка
access-card-list-who = Кому
access-card-list-verdict = Что будет
access-card-list-give = Будет выдана
access-card-list-second = Будет выдана, другая карта уже есть
access-card-list-has = Эта карта уже у этого человека
access-card-list-twice = Эта карта уже есть в строке { $line }
access-card-list-no-person = Такого человека нет в школе
access-card-list-several = Людей с таким именем: { $count }. Укажите класс или ИИН
access-card-list-done = { $count ->
    [one] Выдана { $count } карта
    [few] Выданы { $count } карты
   *[many] Выдано { $count } карт
}
access-card-list-failed = Этих карт выдать уже нельзя
access-card-list-another = Другой список
