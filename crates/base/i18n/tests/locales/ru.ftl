sample-meals = { $n ->
    [one] { $n } обед
    [few] { $n } обеда
   *[many] { $n } обедов
}
sample-hello = Здравствуйте, { $name }!
sample-only = Только по-русски
