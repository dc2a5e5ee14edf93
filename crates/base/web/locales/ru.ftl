web-skip = Перейти к содержанию
web-nav = Разделы
web-nav-open = Открыть меню
web-nav-close = Закрыть меню
web-language = Язык
web-theme = Оформление
web-theme-auto = Как в системе
web-theme-light = Светлое
web-theme-dark = Тёмное
web-sign-out = Выйти
web-close = Закрыть
web-cancel = Отмена
web-dismiss = Скрыть сообщение
web-crumbs = Путь к странице
web-search-key = Клавиша «/» переводит сюда
web-filter-apply = Показать
web-filter-clear = Сбросить
web-table-sort = Сортировать по этому столбцу
web-pager = Страницы списка
web-pager-shown = { $first }–{ $last } из { $total }
web-pager-previous = Предыдущая страница
web-pager-next = Следующая страница
web-pager-newest = К самым новым
web-pager-older = Более ранние
web-live-wait = Подключение…
web-live-on = На связи
web-live-off = Связь потеряна, подключаемся снова
web-form-required = Заполните это поле.
web-form-choice = Выберите значение из списка.
web-form-number = Введите целое число от { $from } до { $to }.
web-form-date = Введите дату в виде 23.11.2026.
web-form-time = Введите время в виде 08:05.
web-form-faults = { $count ->
    [one] Исправьте { $count } поле
    [few] Исправьте { $count } поля
   *[many] Исправьте { $count } полей
}
web-form-faults-how = Остальное сохранено в форме: вводить заново не нужно.
web-form-choose-file = Выбрать файл
web-form-no-file = Файл не выбран
web-error-not-found = Страница не найдена
web-error-not-found-how = Возможно, она перемещена или у вас нет к ней доступа. Проверьте адрес или начните с главной страницы.
web-error-forbidden = Нет доступа
web-error-forbidden-how = Это действие вам не разрешено. Если доступ нужен для работы, обратитесь к администратору.
web-error-sign-in = Нужно войти
web-error-sign-in-how = Время сеанса истекло или вы ещё не вошли. Войдите и повторите действие.
web-error-sign-in-stay = Время сеанса истекло. Войдите в соседней вкладке и повторите действие здесь: введённое останется на странице.
web-error-bad-input = Запрос не понят
web-error-bad-input-how = Часть данных отсутствует или указана неверно. Вернитесь назад и проверьте введённое.
web-error-too-large = Слишком большой объём данных
web-error-too-large-how = Выберите файл меньшего размера или отправьте данные по частям.
web-error-conflict = Данные уже изменил кто-то другой
web-error-conflict-how = Откройте страницу заново, проверьте изменения и повторите своё действие.
web-error-too-many = Слишком много попыток
web-error-too-many-how = { $seconds ->
    [one] Повторите через { $seconds } секунду.
    [few] Повторите через { $seconds } секунды.
   *[many] Повторите через { $seconds } секунд.
}
web-error-wrong-method = По этому адресу так нельзя
web-error-wrong-method-how = Вернитесь назад и откройте страницу заново.
web-error-foreign-origin = Запрос отклонён
web-error-foreign-origin-how = Он пришёл не со страницы этого сайта. Откройте страницу здесь и повторите действие.
web-error-unavailable = Сервер сейчас не отвечает
web-error-unavailable-how = Подождите минуту и повторите. Всё записанное сохранено.
web-error-internal = Ошибка на сервере
web-error-internal-how = Она записана в журнал. Повторите действие; если не поможет, сообщите администратору номер ниже.
web-error-id = Номер обращения:
web-error-home = На главную
