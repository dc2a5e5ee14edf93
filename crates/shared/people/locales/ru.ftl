people-nav = Люди
people-nav-classes = Классы
