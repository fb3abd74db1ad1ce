// The browser's history has one entry for each view that was gone to.
// Streamlit 1.67 makes an entry whenever the server changes a parameter, one by one, and tells the
// query of a page while the one before may still be in the address. Here a change belongs to the
// entry that is there, unless it is said to be "new", or to be "of" another page than that one.

(() => {
  const { pushState, replaceState } = history;
  const mark = /([?&])visit=(new|of)-(\w*)&?/;
  const go = (how, state, unused, address) => {
    if (address == null) return how.call(history, state, unused, address);
    const [, , kind, page] = mark.exec(address) ?? [];
    const plain = String(address).replace(mark, "$1").replace(/[?&]$/, "");
    const to = new URL(plain, location.href);
    const isHere = to.pathname === location.pathname;
    if (isHere && kind === "of" && page !== to.pathname.split("/").pop()) return;
    if (to.href === location.href) return;
    how = isHere && kind !== "new" ? replaceState : how;
    how.call(history, state, unused, to.href);
  };
  history.replaceState = (...given) => go(replaceState, ...given);
  history.pushState = (...given) => go(pushState, ...given);
})();
