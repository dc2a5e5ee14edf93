sample-meals = { $n ->
    [one] { $n } түскі ас
   *[other] { $n } түскі ас
}
sample-hello = Сәлеметсіз бе, { $name }!
