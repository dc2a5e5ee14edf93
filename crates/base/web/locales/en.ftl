web-skip = Skip to content
web-nav = Sections
web-nav-open = Open the menu
web-nav-close = Close the menu
web-language = Language
web-theme = Theme
web-theme-auto = As the system
web-theme-light = Light
web-theme-dark = Dark
web-sign-out = Sign out
web-close = Close
web-cancel = Cancel
web-dismiss = Dismiss
web-crumbs = Path to this page
web-search-key = The “/” key leads here
web-filter-apply = Show
web-filter-clear = Clear
web-table-sort = Sort by this column
web-pager = Pages of the list
web-pager-shown = { $first }–{ $last } of { $total }
web-pager-previous = Previous page
web-pager-next = Next page
web-pager-newest = To the newest
web-pager-older = Older
web-live-wait = Connecting…
web-live-on = Live
web-live-off = Connection lost, trying again
web-form-required = Fill in this field.
web-form-choice = Choose a value from the list.
web-form-number = Enter a whole number from { $from } to { $to }.
web-form-date = Enter a date such as 23.11.2026.
web-form-time = Enter a time such as 08:05.
web-form-faults = { $count ->
    [one] Mend { $count } field
   *[other] Mend { $count } fields
}
web-form-faults-how = The rest is kept in the form: no need to enter it again.
web-form-choose-file = Choose a file
web-form-no-file = No file chosen
web-error-not-found = Page not found
web-error-not-found-how = It may have moved, or you have no access to it. Check the address or start from the home page.
web-error-forbidden = No access
web-error-forbidden-how = You may not do this. If you need it for your work, ask the administrator.
web-error-sign-in = Sign in first
web-error-sign-in-how = Your session has ended or has not begun. Sign in and try again.
web-error-sign-in-stay = The session is over. Sign in in another tab and do it again here: what you typed stays on the page.
web-error-bad-input = The request is not understood
web-error-bad-input-how = Some data is missing or wrong. Go back and check what was entered.
web-error-too-large = Too much data
web-error-too-large-how = Choose a smaller file or send the data in parts.
web-error-conflict = Somebody else has changed this
web-error-conflict-how = Open the page again, check the changes and repeat what you did.
web-error-too-many = Too many tries
web-error-too-many-how = { $seconds ->
    [one] Try again in { $seconds } second.
   *[other] Try again in { $seconds } seconds.
}
web-error-wrong-method = This address does not take that
web-error-wrong-method-how = Go back and open the page again.
web-error-foreign-origin = The request was refused
web-error-foreign-origin-how = It did not come from a page of this site. Open the page here and try again.
web-error-unavailable = The server cannot answer now
web-error-unavailable-how = Wait a minute and try again. Nothing recorded is lost.
web-error-internal = An error on the server
web-error-internal-how = It is in the log. Try again; if that does not help, tell the administrator the number below.
web-error-id = Request number:
web-error-home = To the home page
