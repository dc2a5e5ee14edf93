
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
