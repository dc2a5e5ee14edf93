people-nav = Адамдар
people-nav-classes = Сыныптар
