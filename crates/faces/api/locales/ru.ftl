## Что не так с запросом

api-fields = Некоторые поля заполнены неверно
api-fields-how = Смотрите «errors»: там названо каждое поле и сказано, что с ним не так.
api-no-json = Тело запроса — не JSON
api-no-json-how = Отправьте один объект JSON в UTF-8.
api-media-type = Тело запроса другого типа
api-media-type-how = Отправьте JSON с заголовком «Content-Type: application/json».
api-changed = Запись изменили после того, как вы её прочитали
api-changed-how = Прочитайте её заново и отправьте изменение с новым ETag в заголовке «If-Match».
api-no-revision = Не указано, какую версию записи менять
api-no-revision-how = Укажите в заголовке «If-Match» прочитанный ETag или «*», чтобы изменить запись в любом состоянии.
api-reused = Этот ключ уже использован для другого запроса
api-reused-how = Для каждой новой записи берите новый Idempotency-Key.
api-reused-field = использован для другого запроса за последние 24 часа
api-state = Сейчас это невозможно
api-card-taken = Эта карта выдана другому человеку. Сначала заберите её или выдайте другую.
api-fault-unknown = такого поля нет
api-fault-missing = не указано
api-fault-twice = указано дважды
api-fault-type = значение другого типа
api-fault-moment = нужен момент вида 2026-11-23T03:00:00Z между 1900 и 2199 годом
api-fault-day = нужен день вида 2026-11-23 между 1900 и 2199 годом
api-fault-id = это не идентификатор
api-fault-word = такого слова нет в описании
api-fault-shift = нужно 1 или 2
api-fault-limit = нужно число от 1 до 200
api-fault-text = нужна одна строка не длиннее 200 букв
api-fault-cursor = это не «next» страницы этого списка
api-fault-key = нужно от 1 до 128 печатных знаков ASCII без пробелов
api-fault-person = такого человека нет
api-fault-card = это не номер карты
api-fault-card-range = номер не подходит к формату считывателя

## Описание

api-title = Интерфейс для программ
api-lead = Другие программы могут читать и записывать данные школы — от имени того, кто создал их токен, и не больше того, что разрешено ему самому.
api-document = Документ OpenAPI
api-try = Попробовать
api-try-how = Введите токен и откройте действие ниже. Запрос обращается к настоящим данным вашей школы.
api-token = Токен
api-body = Тело запроса
api-send = Отправить
api-any = не указано
api-curl = То же самое для curl:
api-answer = Ответ:
api-no-answer = Сервер не ответил. Проверьте связь и повторите.
api-problems = Какими бывают ошибки
api-problems-how = Ошибки приходят как application/problem+json. По полю «type» программа понимает, что делать.
api-problem-scope = Токен создан не для этого. Создайте другой, с нужным полномочием.
api-problem-fields = Поля или параметры указаны неверно; каждое названо в «errors».
api-problem-body = Тело запроса — не объект JSON.
api-problem-revision = Запись изменили после чтения или не указан «If-Match».
api-problem-state = Сейчас это невозможно: карта выдана, класс уже есть, пропуск сдан.
api-problem-idempotency = Idempotency-Key уже использован для другого запроса.
api-tag-school = Школа
api-tag-people = Люди
api-tag-classes = Классы
api-tag-credentials = Пропуска
api-tag-passes = Проходы
api-tag-presence = Присутствие
api-op-get_school = Школа токена
api-op-list_points = Точки прохода
api-op-list_people = Люди, по страницам
api-op-add_person = Добавить человека
api-op-get_person = Один человек
api-op-change_person = Изменить данные человека
api-op-get_photo = Фото человека
api-op-list_classes = Классы
api-op-add_class = Добавить класс
api-op-get_class = Один класс
api-op-change_class = Изменить класс
api-op-list_credentials = Пропуска человека
api-op-issue_credential = Выдать пропуск
api-op-set_credential_status = Заблокировать, вернуть в действие, отметить утерю или сдачу пропуска
api-op-list_passes = Журнал проходов, по страницам
api-op-get_presence = Сколько людей внутри
api-op-get_person_presence = Где находится человек

## Токены

api-account = Моя учётная запись
api-tokens = Токены
api-tokens-all = Все токены школы
api-tokens-empty = Токенов пока нет
api-tokens-empty-how = Токен позволяет другой программе работать от вашего имени в пределах, которые вы выберете.
api-token-add = Создать токен
api-token-add-how = Программа сможет делать то, что вы отметите, и не больше того, что разрешено вам. Храните токен как пароль.
api-token-made = Токен создан
api-token-made-how = Скопируйте его сейчас: он показывается только один раз.
api-token-name = Для чего
api-token-name-help = По этому названию вы узнаете токен в списке: «Дневник», «Отчёт для столовой».
api-token-name-fault = В названии должно быть от 1 до 80 букв.
api-token-scopes = Что разрешено
api-token-no-scope = Выберите хотя бы одно полномочие.
api-token-scope-denied = Нельзя разрешить больше, чем разрешено вам.
api-token-days = На какой срок
api-days = { $count ->
    [one] { $count } день
    [few] { $count } дня
   *[many] { $count } дней
}
api-token-too-many = У вас уже 20 действующих токенов. Отзовите ненужный.
api-token-of = Чей
api-token-state = Состояние
api-token-until = Действует до
api-token-used = Последнее обращение
api-token-never = не было
api-token-works = действует
api-token-is-over = срок истёк
api-token-is-revoked = отозван
api-token-revoke = Отозвать
api-token-revoke-ask = Отозвать токен «{ $name }»?
api-token-revoke-what = Программе с этим токеном сразу будет отказано. Отменить это нельзя.
api-token-revoked = Токен отозван
api-actions = Действия
api-scope-people-read = читать данные людей, фото, пропуска и классы
api-scope-people-write = добавлять и изменять людей и классы
api-scope-credentials-write = выдавать и блокировать пропуска
api-scope-passes-read = читать журнал проходов
api-scope-presence-read = видеть, кто внутри
api-scope-points-read = видеть точки прохода
