// Loaded by every page. Pages work without it where the task allows; it adds dialogs, keys, toasts and live parts.

import htmx from "htmx.org";
import "htmx-ext-sse";
import { startDialogs } from "./dialogs";
import { startForms } from "./forms";
import { startKeys } from "./keys";
import { startLive } from "./live";
import { startNavigation } from "./navigation";
import { startToasts } from "./toasts";

// The extension waits for events on elements that htmx has already looked at; nothing else needs the global.
(window as unknown as { htmx: typeof htmx }).htmx = htmx;

startDialogs();
startForms();
startKeys();
startLive();
startNavigation();
startToasts();
