## Причины решений, тревоги, направления, режим школы

access-reason-granted = Проход разрешён
access-reason-granted_learning = Проход разрешён: месяц привыкания к карте
access-reason-granted_free_passage = Свободный проход
access-reason-granted_by_guard = Проход разрешил охранник
access-reason-granted_by_board = Проход разрешил контроллер без связи
access-reason-granted_by_button = Открыто кнопкой
access-reason-granted_passback = Проход разрешён, но повторно в ту же сторону
access-reason-unknown_credential = Карта не зарегистрирована
access-reason-ambiguous_credential = Номер подходит к двум картам. Обратитесь к администратору.
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
access-alarm-clock_drift = Часы контроллера шли неверно
access-alarm-events_lost = Часть событий контроллера потеряна
access-alarm-spool_full = Проходы не записываются на диск
access-alarm-spool_back = Проходы снова записываются на диск
access-alarm-passback = Карта использована повторно в ту же сторону
access-alarm-lost_credential_used = Предъявлена утерянная карта
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
access-in-use-rules = Эта точка названа в правилах. Сначала измените правила.
access-changed = Пока вы редактировали, это изменил кто-то другой. Обновите страницу и внесите правку снова.
access-point-disabled = Точка прохода отключена. Выберите другую.
access-person-archived = Этот человек больше не числится в школе, пропустить его нельзя. Запишите его как посетителя.

## Monitor and lane

access-monitor = Монитор охраны
access-monitor-sound-on = Звук включён
access-monitor-sound-off = Включить звук
access-monitor-lost = Связь с сервером потеряна. Проходы продолжаются; монитор обновится сам, когда связь вернётся.
access-monitor-newest = Последний проход
access-monitor-recent = Недавние проходы
access-monitor-empty = Сегодня проходов ещё не было
access-monitor-empty-how = Первый проход появится здесь сам.
access-monitor-nobody = Неизвестная карта
access-monitor-mode-since = с { $time }
access-monitor-to-normal = Вернуть обычный режим
access-monitor-alarm-seen = Понятно
access-monitor-no-lanes = Точек прохода пока нет. Их добавляет администратор школы на странице «Точки прохода».
access-late = Пришёл с опозданием связи
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
access-admit-nobody = По запросу «{ $text }» никого нет. Проверьте буквы или впишите человека как посетителя.
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
access-admit-write-visitor = Запишите его как посетителя.
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
access-lane-none = Точек прохода пока нет
access-lane-none-how = Добавьте точку прохода, и здесь появится её турникет.
access-lane-number = Номер карты
access-lane-number-help = Как показывает считыватель: 10058400, или «код, номер»: 100,58400. Нажмите Enter.
access-lane-no-number = Такого номера карты не бывает
access-lane-person = Или найдите владельца
access-lane-present = Приложить карту
access-lane-wait = Приложите карту
access-lane-no-answer-how = Проверьте, работает ли шлюз: страница «Устройства».
