people-nav = People
people-nav-classes = Classes
