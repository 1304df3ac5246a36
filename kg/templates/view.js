"use strict";
// Every text of the data reaches the page through textContent or the canvas: nothing here parses HTML.
(() => {
  const D = JSON.parse(document.getElementById("data").textContent);
  const N = D.nodes, E = D.edges, C = D.claims, A = D.articles, S = D.strings;
  // an upright screen is filled by the same picture lying on its side
  if (innerHeight > 1.2 * innerWidth) [N.x, N.y] = [N.y, N.x];
  const nodeCount = N.key.length, edgeCount = E.from.length, claimCount = C.edge.length;
  const DONE = 0, ATTRIBUTED = 1, HYPOTHETICAL = 2, NEGATED = 3;
  const $ = (id) => document.getElementById(id);

  /* ---------- words ---------- */
  const WORDS = {
    es: {
      skip: "Ir a la tabla", filters: "Filtros", graph: "Grafo", table: "Tabla", export: "Exportar", theme: "Tema claro u oscuro",
      exportPng: "Imagen (PNG)", exportRelations: "Relaciones (CSV)", exportClaims: "Hechos y frases (CSV)",
      graphHelp: "Grafo de relaciones. Flechas para mover, más y menos para acercar; la tabla contiene los mismos datos.",
      zoomIn: "Acercar", zoomOut: "Alejar", zoomFit: "Ver todo", search: "Buscar un actor…", noMatch: "Ningún actor con ese nombre",
      counts: (a, r, c, t) => `${a} actores · ${r} relaciones · ${c} pruebas · ${t} artículos`,
      relations: "Relaciones", certainty: "Qué cuenta como hecho", who: "Quién lo dice", time: "Fechas", types: "Tipos de actor",
      show: "Presentación", articles: "Artículos", groups: "Comunidades", evidence: "Pruebas por relación",
      done: "Hecho: lo afirma el artículo o el propio actor", attributed: "Solo lo dice otro", hypothetical: "Futuro, posible o deseado", negated: "Negado",
      anyone: "Cualquiera", theArticle: "El artículo", all: "Todos", none: "Ninguno", only: "solo", atLeast: (n) => `al menos ${n}`,
      size: "Tamaño", colour: "Color", degree: "Pruebas", pagerank: "PageRank", betweenness: "Intermediación", type: "Tipo", community: "Comunidad",
      alone: "Actores sin relación visible", findArticle: "Buscar artículo…", untitled: "(sin título)", undated: "sin fecha", communityName: (n) => `Comunidad ${n}`,
      groupNote: "Actores que cooperan entre sí (Louvain sobre los saldos positivos). Es una lectura de estos artículos, no un bloque político.",
      quadrants: ["Cooperación verbal", "Cooperación material", "Conflicto verbal", "Conflicto material", "Declaraciones"],
      typeNames: ["Persona", "Estado", "Organización", "Grupo armado", "Partido", "Medio", "Empresa", "Grupo", "Lugar"],
      emptyAll: "Todavía no hay ningún hecho que mostrar.\nLos artículos leídos no contienen relaciones entre actores.",
      emptyFilter: "Ninguna relación cumple estos filtros.\nAmplíe las fechas o marque más clases.", reset: "Quitar filtros",
      core: (n, m) => `Los ${n} actores más fuertes de ${m}`, more: "Más", close: "Cerrar",
      figures: ["pruebas", "actores", "artículos", "rango"], partners: "Con quién", statements: "Hechos y frases", showMore: (n) => `Mostrar ${n} más`,
      expand: "Mostrar todos sus vecinos", both: "Ver los dos sentidos", isNegated: "negado", modalities: ["", "futuro", "posible", "deseado"],
      saidBy: (x) => `según ${x}`, saidItself: "lo dice de sí mismo", assertedBy: "lo afirma el artículo", evidenceFor: "Quién lo dice", confidence: "Confianza", rule: "Regla", why: "Por qué", when: "Cuándo", about: "sobre",
      source: "Origen", relation: "Relación", target: "Destino", proofs: "Pruebas", score: "Intensidad", first: "Desde", last: "Hasta", status: "Valor",
      actor: "Actor", sentence: "Frase", article: "Artículo", date: "Fecha", actors: "Actores", claims: "Hechos y frases", does: "Hace", undergoes: "Recibe",
      caption: (n) => `${n} filas con los filtros actuales`, page: (n, m) => `Página ${n} de ${m}`, previous: "Anterior", next: "Siguiente", topicOf: "(sin destinatario)",
      standingNames: ["hecho", "atribuido", "hipotético", "negado"],
    },
    en: {
      skip: "Skip to the table", filters: "Filters", graph: "Graph", table: "Table", export: "Export", theme: "Light or dark theme",
      exportPng: "Image (PNG)", exportRelations: "Relations (CSV)", exportClaims: "Claims and sentences (CSV)",
      graphHelp: "Graph of relations. Arrow keys move, plus and minus zoom; the table holds the same data.",
      zoomIn: "Zoom in", zoomOut: "Zoom out", zoomFit: "Show all", search: "Find an actor…", noMatch: "No actor of that name",
      counts: (a, r, c, t) => `${a} actors · ${r} relations · ${c} pieces of evidence · ${t} articles`,
      relations: "Relations", certainty: "What counts as done", who: "Who says so", time: "Dates", types: "Types of actor",
      show: "Display", articles: "Articles", groups: "Communities", evidence: "Evidence per relation",
      done: "Done: the article or the actor itself says so", attributed: "Only somebody else says so", hypothetical: "Future, possible or desired", negated: "Negated",
      anyone: "Anyone", theArticle: "The article", all: "All", none: "None", only: "only", atLeast: (n) => `at least ${n}`,
      size: "Size", colour: "Colour", degree: "Evidence", pagerank: "PageRank", betweenness: "Betweenness", type: "Type", community: "Community",
      alone: "Actors without a visible relation", findArticle: "Find an article…", untitled: "(untitled)", undated: "undated", communityName: (n) => `Community ${n}`,
      groupNote: "Actors that cooperate with each other (Louvain on positive balances). A reading of these articles, not a political bloc.",
      quadrants: ["Verbal cooperation", "Material cooperation", "Verbal conflict", "Material conflict", "Statements"],
      typeNames: ["Person", "State", "Organisation", "Armed group", "Party", "Media", "Company", "Group", "Place"],
      emptyAll: "There is nothing to show yet.\nThe articles read hold no relations between actors.",
      emptyFilter: "No relation passes these filters.\nWiden the dates or tick more classes.", reset: "Clear filters",
      core: (n, m) => `The ${n} strongest actors of ${m}`, more: "More", close: "Close",
      figures: ["evidence", "actors", "articles", "rank"], partners: "With whom", statements: "Claims and sentences", showMore: (n) => `Show ${n} more`,
      expand: "Show all its neighbours", both: "See both directions", isNegated: "negated", modalities: ["", "future", "possible", "desired"],
      saidBy: (x) => `according to ${x}`, saidItself: "says so of itself", assertedBy: "asserted by the article", evidenceFor: "Who says so", confidence: "Confidence", rule: "Rule", why: "Why", when: "When", about: "about",
      source: "Source", relation: "Relation", target: "Target", proofs: "Evidence", score: "Intensity", first: "From", last: "To", status: "Standing",
      actor: "Actor", sentence: "Sentence", article: "Article", date: "Date", actors: "Actors", claims: "Claims and sentences", does: "Does", undergoes: "Undergoes",
      caption: (n) => `${n} rows under the present filters`, page: (n, m) => `Page ${n} of ${m}`, previous: "Previous", next: "Next", topicOf: "(no target)",
      standingNames: ["done", "attributed", "hypothetical", "negated"],
    },
  };
  let language = D.settings.language;
  const W = () => WORDS[language];

  /* ---------- small things ---------- */
  const el = (tag, props = {}, ...children) => {
    const node = document.createElement(tag);
    for (const [key, value] of Object.entries(props)) {
      if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
      else if (key in node && key !== "list" && key !== "role") node[key] = value;
      else node.setAttribute(key, value);
    }
    node.append(...children.filter((c) => c !== null && c !== undefined));
    return node;
  };
  const bdi = (text) => el("bdi", { textContent: text });
  // control and direction signs would disturb the canvas and the lists; in sentences they stay, isolated by <bdi>
  const tidy = (text) => text.replace(/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]/g, " ").trim();
  const short = (text, n) => { const t = tidy(text); return t.length > n ? t.slice(0, n - 1) + "…" : t; };
  const text = (n) => (n < 0 ? "" : S[n]);
  const fold = (t) => t.normalize("NFKD").replace(/[\u0300-\u036f]/g, "").toLowerCase();
  const name = (n) => (language === "en" && N.en[n]) || N.label[n];
  const className = (c) => D.classes[c][language === "en" ? 3 : 2];
  const phrase = (c) => D.classes[c][language === "en" ? 5 : 4];
  const safeUrl = (url) => { try { const u = new URL(url); return /^https?:$/.test(u.protocol) ? u.href : null; } catch { return null; } };
  const padded = (d) => d + "0000-01-01".slice(d.length);
  const dayOf = (d) => { const t = Date.parse(padded(d) + "T00:00:00Z"); return Number.isNaN(t) ? null : Math.round(t / 864e5); };
  const isoOf = (day) => new Date(day * 864e5).toISOString().slice(0, 10);
  const cssVar = (key) => getComputedStyle(document.documentElement).getPropertyValue(key).trim();
  const number = (x) => (language === "es" ? String(x).replace(".", ",") : String(x));
  const svgShape = (shape, colour) => {
    const NS = "http://www.w3.org/2000/svg", svg = document.createElementNS(NS, "svg"), path = document.createElementNS(NS, "path");
    svg.setAttribute("viewBox", "0 0 16 16"); svg.setAttribute("aria-hidden", "true");
    path.setAttribute("d", { square: "M3 3h10v10H3z", diamond: "M8 1.5 14.5 8 8 14.5 1.5 8z", triangle: "M8 2l6.5 11.5h-13z", triangleDown: "M8 14 1.5 2.5h13z", hexagon: "M4.5 2h7L15 8l-3.500 6h-7L1 8z",
      star: "M8 1l2 4.700 5 .4-3.800 3.300 1.200 5L8 11.700 3.600 14.400l1.200-5L1 6.100l5-.4z" }[shape] || "M8 2.500a5.500 5.500 0 1 0 0 11 5.500 5.500 0 0 0 0-11z");
    path.setAttribute("fill", colour); path.setAttribute("stroke", "none"); svg.append(path);
    return svg;
  };
  const GROUP_COLOURS = ["#3f6fa3", "#b0603a", "#4d8a62", "#8a5a93", "#b59335", "#4b9099", "#a34a5c", "#6b7340", "#7f6a57", "#5c6f8f"];
  const groupColour = (n) => (n ? GROUP_COLOURS[(n - 1) % GROUP_COLOURS.length] : "#a9afb8");
  const lighten = (hex) => { const v = [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16)); return "#" + v.map((x) => Math.round(x + (255 - x) * 0.32).toString(16).padStart(2, "0")).join(""); };
  const dark = () => document.documentElement.dataset.theme === "dark";
  const typeColours = { light: D.shapes.map((s) => s[1]), dark: D.shapes.map((s) => lighten(s[1])) };
  const typeColour = (t) => typeColours[dark() ? "dark" : "light"][t];

  /* ---------- prepared columns ---------- */
  const claimSource = new Int32Array(claimCount), claimTarget = new Int32Array(claimCount), claimDay = new Int32Array(claimCount);
  const UNDATED = -(2 ** 31);
  const edgeClaims = Array.from({ length: edgeCount }, () => []), nodeClaims = Array.from({ length: nodeCount }, () => []);
  let firstDay = Infinity, lastDay = -Infinity;
  for (let c = 0; c < claimCount; c++) {
    const e = C.edge[c];
    claimSource[c] = e >= 0 ? E.from[e] : -1 - e;
    claimTarget[c] = e >= 0 ? E.to[e] : -1;
    if (e >= 0) edgeClaims[e].push(c);
    nodeClaims[claimSource[c]].push(c);
    if (claimTarget[c] >= 0 && claimTarget[c] !== claimSource[c]) nodeClaims[claimTarget[c]].push(c);
    const day = C.date[c] >= 0 ? dayOf(S[C.date[c]]) : null;
    claimDay[c] = day === null ? UNDATED : day;
    if (day !== null) { firstDay = Math.min(firstDay, day); lastDay = Math.max(lastDay, day); }
  }
  const foldedNames = N.label.map((label, n) => fold(tidy(label) + " " + tidy(N.en[n])));
  const classQuadrant = D.classes.map((c) => c[1]);
  const groupMembers = new Map();
  N.community.forEach((g, n) => { if (g) { if (!groupMembers.has(g)) groupMembers.set(g, []); groupMembers.get(g).push(n); } });
  const speakers = [...new Set(C.by.filter((n) => n >= 0))].sort((a, b) => a - b);
  const maxEvidence = edgeClaims.reduce((m, list) => Math.max(m, list.length), 1);
  const claimsOfClass = D.classes.map(() => 0); C.class.forEach((c) => { claimsOfClass[c]++; });
  const nodesOfType = D.types.map(() => 0); N.type.forEach((t) => { nodesOfType[t]++; });

  /* ---------- state ---------- */
  const fresh = () => ({
    classes: new Set(D.classes.keys()), types: new Set(D.types.keys()), standings: new Set([DONE]), articles: null, by: "any",
    from: firstDay, to: lastDay, evidence: 1, group: 0, alone: false,
  });
  let F = fresh(), sizeBy = D.settings.sizeBy, colourBy = "type", shown = Math.min(D.settings.core, innerWidth <= 760 ? 60 : Infinity), selection = null, boost = 1;
  const extra = new Set();
  let V = null;   // what passes the filters and what is drawn

  const passes = (c) => {
    if (!F.classes.has(C.class[c]) || !F.standings.has(C.standing[c])) return false;
    if (!F.types.has(N.type[claimSource[c]]) || (claimTarget[c] >= 0 && !F.types.has(N.type[claimTarget[c]]))) return false;
    if (F.articles && !F.articles.has(C.article[c])) return false;
    if (F.by !== "any" && F.by !== C.by[c]) return false;
    if (F.from > firstDay || F.to < lastDay) { if (claimDay[c] === UNDATED || claimDay[c] < F.from || claimDay[c] > F.to) return false; }
    if (F.group && N.community[claimSource[c]] !== F.group && (claimTarget[c] < 0 || N.community[claimTarget[c]] !== F.group)) return false;
    return true;
  };

  const compute = () => {
    const active = new Uint8Array(claimCount), counts = new Int32Array(edgeCount), alive = new Uint8Array(nodeCount);
    let loose = 0;
    for (let c = 0; c < claimCount; c++) {
      if (!passes(c)) continue;
      active[c] = 1;
      if (C.edge[c] >= 0) counts[C.edge[c]]++; else loose++;
      if (F.alone) { alive[claimSource[c]] = 1; if (claimTarget[c] >= 0) alive[claimTarget[c]] = 1; }
    }
    const edges = [];
    for (let e = 0; e < edgeCount; e++) {
      if (counts[e] < F.evidence) continue;
      edges.push(e); alive[E.from[e]] = 1; alive[E.to[e]] = 1;
    }
    const living = [], visible = new Set(), strength = new Float64Array(nodeCount);
    for (const e of edges) { strength[E.from[e]] += counts[e]; strength[E.to[e]] += counts[e]; }
    for (let n = 0; n < nodeCount; n++) if (alive[n]) living.push(n);
    living.slice(0, shown).forEach((n) => visible.add(n));
    extra.forEach((n) => { if (alive[n] || F.alone) visible.add(n); });
    if (selection && selection.node !== undefined) visible.add(selection.node);
    const drawn = edges.filter((e) => visible.has(E.from[e]) && visible.has(E.to[e]));
    const evidence = edges.reduce((sum, e) => sum + counts[e], 0);
    V = { active, counts, edges, living, visible, drawn, strength, evidence, loose };
  };

  /* ---------- drawing ---------- */
  const nodesData = new vis.DataSet(), edgesData = new vis.DataSet();
  const container = $("graph");
  const network = new vis.Network(container, { nodes: nodesData, edges: edgesData }, {
    autoResize: true, physics: false, layout: { improvedLayout: false },
    nodes: { physics: false, borderWidth: 1.5, borderWidthSelected: 3, labelHighlightBold: false },
    edges: { arrows: { to: { enabled: true, scaleFactor: 0.5 } }, selectionWidth: 1.5, hoverWidth: 0.8, arrowStrikethrough: false, chosen: true },
    interaction: { hover: true, tooltipDelay: 1e9, hideEdgesOnDrag: claimCount > 8000, hideEdgesOnZoom: claimCount > 8000, keyboard: { enabled: true, bindToWindow: false }, multiselect: false },
  });
  const alpha = (hex, a) => hex + Math.round(a * 255).toString(16).padStart(2, "0");
  const FACTOR = { square: 0.8, diamond: 1.05, triangle: 0.95, triangleDown: 0.95 };   // equal areas to the eye
  const DASHES = [false, [7, 5], [2, 5], [12, 4, 2, 4]];

  const metric = (n) => (sizeBy === "pagerank" ? N.pagerank[n] : sizeBy === "betweenness" ? N.betweenness[n] : V.strength[n]);
  const focusSet = () => {
    if (!selection) return null;
    const set = new Set();
    if (selection.node !== undefined) { set.add(selection.node); V.drawn.forEach((e) => { if (E.from[e] === selection.node) set.add(E.to[e]); if (E.to[e] === selection.node) set.add(E.from[e]); }); }
    if (selection.edges) selection.edges.forEach((e) => { set.add(E.from[e]); set.add(E.to[e]); });
    return set;
  };

  let labelOrder = [];
  const draw = () => {
    const focus = focusSet(), chosen = new Set(selection && selection.edges ? selection.edges : []);
    let top = 1e-9;
    V.visible.forEach((n) => { top = Math.max(top, metric(n)); });
    const edge = cssVar("--card"), ink = cssVar("--ink"), colours = [0, 1, 2, 3, 4].map((q) => cssVar("--q" + q));
    const crowd = V.visible.size;
    const nodes = [...V.visible].map((n) => {
      const colour = colourBy === "community" ? groupColour(N.community[n]) : typeColour(N.type[n]);
      const faded = focus && !focus.has(n);
      return { id: n, x: N.x[n], y: N.y[n], shape: D.shapes[N.type[n]][0], size: boost * (7 + (crowd > 90 ? 17 : 21) * Math.sqrt(metric(n) / top)) * (FACTOR[D.shapes[N.type[n]][0]] || 1), opacity: faded ? 0.18 : 1,
        color: { background: colour, border: edge, highlight: { background: colour, border: ink }, hover: { background: colour, border: ink } } };
    });
    const beside = new Map(), curved = V.drawn.length <= 3000, base = V.drawn.length > 900 ? 0.5 : V.drawn.length > 300 ? 0.62 : 0.8;
    const edges = V.drawn.map((e) => {
      const key = E.from[e] + ">" + E.to[e], rank = beside.get(key) || 0;
      beside.set(key, rank + 1);
      const lit = !focus || chosen.has(e) || (selection.node !== undefined && (E.from[e] === selection.node || E.to[e] === selection.node));
      const colour = colours[E.quadrant[e]];
      return { id: e, from: E.from[e], to: E.to[e], width: Math.min(1 + 1.3 * Math.log2(V.counts[e]), 9) * (chosen.has(e) ? 1.6 : 1), dashes: DASHES[E.standing[e]],
        color: { color: alpha(colour, lit ? (focus ? 0.95 : base) : 0.06), highlight: colour, hover: colour, inherit: false },
        smooth: curved ? { enabled: true, type: "curvedCW", roundness: 0.1 + 0.09 * rank } : { enabled: false } };
    });
    replace(nodesData, nodes); replace(edgesData, edges);
    labelOrder = [...V.visible].sort((a, b) => metric(b) - metric(a) || a - b);
    if (focus) labelOrder.sort((a, b) => focus.has(b) - focus.has(a));
    network.redraw();
  };
  const replace = (data, rows) => {
    const keep = new Set(rows.map((r) => r.id));
    data.remove(data.getIds().filter((id) => !keep.has(id)));
    data.update(rows);
  };

  // Labels keep their size on the screen and never cover one another: the strongest come first, the rest on zooming in.
  const widths = new Map();
  let hovered = null;
  network.on("afterDrawing", (ctx) => {
    const scale = network.getScale(), focus = focusSet(), boxes = new Map(), size = 12.5;
    const view = network.getViewPosition(), halfX = container.clientWidth / 2 + 60, halfY = container.clientHeight / 2 + 30;
    ctx.textAlign = "center"; ctx.textBaseline = "top"; ctx.lineJoin = "round";
    const paper = cssVar("--paper"), ink = cssVar("--ink"), sans = cssVar("--sans");
    const order = hovered === null ? labelOrder : [hovered, ...labelOrder.filter((n) => n !== hovered)];
    for (const n of order) {
      const body = network.body.nodes[n];
      if (!body) continue;
      const x = (body.x - view.x) * scale, y = (body.y - view.y) * scale;
      if (Math.abs(x) > halfX || Math.abs(y) > halfY) continue;
      if (focus && !focus.has(n) && n !== hovered) continue;
      const strong = n === hovered || (selection && selection.node === n), label = short(name(n), 34);
      const font = `${strong ? 600 : 500} ${size / scale}px ${sans}`;
      if (!widths.has(label)) { ctx.font = `600 ${size}px ${sans}`; widths.set(label, ctx.measureText(label).width); }
      const w = widths.get(label) + 8, top = y + body.options.size * scale + 3;
      const r = body.options.size * scale * 0.7, free = strong || !hits(boxes, x - w / 2, top, w, 16);
      mark(boxes, x - r, y - r, 2 * r, 2 * r);
      if (!free) continue;
      mark(boxes, x - w / 2, top, w, 16);
      ctx.font = font; ctx.lineWidth = 3.5 / scale; ctx.strokeStyle = paper; ctx.fillStyle = ink;
      const at = [label, body.x, body.y + body.options.size + 4 / scale];
      ctx.strokeText(...at); ctx.fillText(...at);
    }
  });
  const cells = function* (x, y, w, h) { for (let i = Math.floor(x / 60); i <= Math.floor((x + w) / 60); i++) for (let j = Math.floor(y / 20); j <= Math.floor((y + h) / 20); j++) yield i + ":" + j; };
  const hits = (boxes, x, y, w, h) => { for (const key of cells(x, y, w, h)) for (const b of boxes.get(key) || []) if (x < b[0] + b[2] && b[0] < x + w && y < b[1] + b[3] && b[1] < y + h) return true; return false; };
  const mark = (boxes, x, y, w, h) => { for (const key of cells(x, y, w, h)) { if (!boxes.has(key)) boxes.set(key, []); boxes.get(key).push([x, y, w, h]); } };

  network.on("hoverNode", (p) => { hovered = p.node; container.style.cursor = "pointer"; network.redraw(); });
  network.on("blurNode", () => { hovered = null; container.style.cursor = ""; network.redraw(); });
  network.on("hoverEdge", () => { container.style.cursor = "pointer"; });
  network.on("blurEdge", () => { container.style.cursor = ""; });
  network.on("click", (p) => { if (p.nodes.length) select({ node: p.nodes[0] }); else if (p.edges.length) select({ edges: [p.edges[0]] }); else select(null); });
  network.on("doubleClick", (p) => { if (p.nodes.length) expand(p.nodes[0]); });
  network.on("dragEnd", (p) => { for (const n of p.nodes) { const at = network.getPositions([n])[n]; N.x[n] = Math.round(at.x); N.y[n] = Math.round(at.y); } });

  // Where to look to see these nodes: centre, and the scale at which they fill the picture above the legend (and the panel).
  const frame = (list, covered = 0) => {
    let x0 = Infinity, x1 = -Infinity, y0 = Infinity, y1 = -Infinity;
    for (const n of list) { x0 = Math.min(x0, N.x[n]); x1 = Math.max(x1, N.x[n]); y0 = Math.min(y0, N.y[n]); y1 = Math.max(y1, N.y[n]); }
    const w = Math.max(container.clientWidth, 50), h = Math.max(container.clientHeight * (1 - covered), 50);
    return { x: (x0 + x1) / 2, y: (y0 + y1) / 2, scale: Math.min((w - Math.min(130, w * 0.3)) / Math.max(x1 - x0, 1), Math.max(h - (covered ? 160 : 190), 60) / Math.max(y1 - y0, 1), 1.5) };
  };
  const fit = () => {
    const list = [...V.visible];
    if (!list.length) return;
    const { x, y, scale } = frame(list);
    network.moveTo({ position: { x, y: y + 32 / scale }, scale, animation: false });
    // symbols stay visible when much has to fit
    const wanted = Math.min(Math.max(0.6 / scale, 1), 2.2);
    if (Math.abs(wanted - boost) > 0.05) { boost = wanted; draw(); }
  };
  // The actor and its neighbours, where they fit without becoming dots; else the actor. On a narrow screen the panel covers the lower part.
  const focusOn = (n) => {
    const covered = innerWidth <= 760 ? 0.56 : 0, near = frame([...(focusSet() || [n])].filter((m) => V.visible.has(m)), covered);
    const all = near.scale >= (covered ? 0.15 : 0.4), scale = all ? Math.min(near.scale, 1.1) : Math.max(network.getScale(), 0.8);
    network.moveTo({ position: { x: all ? near.x : N.x[n], y: (all ? near.y : N.y[n]) + (covered / 2 * container.clientHeight - (covered && 24)) / scale }, scale, animation: false });
  };
  const expand = (n) => { for (const e of V.edges) { if (E.from[e] === n) extra.add(E.to[e]); if (E.to[e] === n) extra.add(E.from[e]); } extra.add(n); refresh(); select({ node: n }); };

  /* ---------- side panel ---------- */
  const select = (what, move = false) => {
    selection = what;
    if (what && what.node !== undefined && !V.visible.has(what.node)) { extra.add(what.node); compute(); }
    draw(); panel();
    if (what && what.node !== undefined && move) { focusOn(what.node); }
  };
  const dot = (q) => el("span", { className: "dotq q" + q });
  const actorLink = (n) => el("button", { type: "button", className: "link", onclick: () => select({ node: n }, true) }, bdi(tidy(name(n))));

  const panel = () => {
    const box = $("panel"), open = selection !== null;
    const width = container.clientWidth;
    box.hidden = !open;
    if (open) {
      box.replaceChildren(el("button", { type: "button", className: "close", ariaLabel: W().close, textContent: "×", onclick: () => { select(null); container.focus(); } }));
      if (selection.node !== undefined) nodePanel(box, selection.node); else edgePanel(box, selection.edges);
      box.scrollTop = 0;
    }
    if (container.clientWidth !== width) network.redraw();
  };
  const nodePanel = (box, n) => {
    const active = nodeClaims[n].filter((c) => V.active[c]), sums = new Map();
    for (const c of active) {
      if (claimTarget[c] < 0) continue;
      const other = claimSource[c] === n ? claimTarget[c] : claimSource[c];
      if (!sums.has(other)) sums.set(other, [0, 0, 0, 0, 0]);
      sums.get(other)[classQuadrant[C.class[c]]]++;
    }
    const partners = [...sums].map(([other, q]) => [other, q, q.reduce((a, b) => a + b)]).sort((a, b) => b[2] - a[2] || a[0] - b[0]);
    const rank = 1 + V.living.filter((m) => V.strength[m] > V.strength[n]).length, most = partners.length ? partners[0][2] : 1;
    const kicker = el("p", { className: "kicker" }, svgShape(D.shapes[N.type[n]][0], typeColour(N.type[n])), W().typeNames[N.type[n]]);
    if (N.country[n]) kicker.append(" · ", N.country[n]);
    if (N.community[n]) kicker.append(" · ", W().communityName(N.community[n]));
    if (/^Q\d+$/.test(N.wikidata[n])) kicker.append(" · ", el("a", { href: "https://www.wikidata.org/wiki/" + N.wikidata[n], target: "_blank", rel: "noopener noreferrer", textContent: "Wikidata " + N.wikidata[n] }));
    const figures = el("div", { className: "figures" });
    [active.length, partners.length, N.articles[n], partners.length ? rank : "–"].forEach((value, i) => figures.append(el("div", {}, el("b", { textContent: value }), el("small", { textContent: W().figures[i] }))));
    const list = el("div", { className: "partners" });
    for (const [other, q, total] of partners.slice(0, 12)) {
      const bars = el("span", { className: "bars" });
      q.forEach((v, i) => { if (v) { const bar = el("i", { className: "q" + i }); bar.style.width = (96 * v) / most + "px"; bars.append(bar); } });
      list.append(el("button", { type: "button", onclick: () => select({ edges: between(n, other) }) }, svgShape(D.shapes[N.type[other]][0], typeColour(N.type[other])), el("span", { className: "text" }, bdi(tidy(name(other)))), bars, el("small", { textContent: total })));
    }
    const hidden = partners.some(([other]) => !V.visible.has(other));
    box.append(el("h2", {}, bdi(short(name(n), 160))), kicker, figures);
    if (hidden) box.append(el("button", { type: "button", className: "plain", textContent: W().expand, onclick: () => expand(n) }), el("p", { textContent: "\u00a0" }));
    if (partners.length) box.append(el("h3", { textContent: W().partners }), list);
    claimList(box, active);
  };
  const between = (a, b) => V.edges.filter((e) => (E.from[e] === a && E.to[e] === b) || (E.from[e] === b && E.to[e] === a));
  const edgePanel = (box, edges) => {
    const e = edges[0], a = E.from[e], b = E.to[e], all = between(a, b);
    const title = el("h2", {}, actorLink(a), edges.length > 1 ? " ↔ " : " → ", actorLink(b));
    const kicker = el("p", { className: "kicker" });
    for (const q of new Set(edges.map((x) => E.quadrant[x]))) kicker.append(dot(q), W().quadrants[q]);
    box.append(title, kicker);
    if (all.length > edges.length) box.append(el("button", { type: "button", className: "plain", textContent: W().both, onclick: () => select({ edges: all }) }), el("p", { textContent: "\u00a0" }));
    claimList(box, edges.flatMap((x) => edgeClaims[x]).filter((c) => V.active[c]));
  };
  const claimList = (box, claims) => {
    const sorted = [...claims].sort((a, b) => claimDay[b] - claimDay[a] || a - b);
    box.append(el("h3", { textContent: `${W().statements} (${sorted.length})` }));
    let done = 0;
    const more = el("button", { type: "button", className: "plain", onclick: () => next() });
    const next = () => {
      sorted.slice(done, done + 30).forEach((c) => more.before(claimCard(c)));
      done = Math.min(done + 30, sorted.length);
      more.hidden = done === sorted.length; more.textContent = W().showMore(Math.min(30, sorted.length - done));
    };
    box.append(more); next();
  };
  const sentence = (c) => {
    const s = text(C.sentence[c]), a = C.start[c], b = a + C.length[c];
    return el("bdi", {}, s.slice(0, a), el("mark", { textContent: s.slice(a, b) }), s.slice(b));
  };
  const voice = (c) => (C.by[c] < 0 ? W().assertedBy : C.by[c] === claimSource[c] ? W().saidItself : W().saidBy(tidy(name(C.by[c]))));
  const articleLink = (a) => {
    const title = short(A.title[a], 160) || A.id[a] || W().untitled, url = safeUrl(A.url[a]);
    return url ? el("a", { href: url, target: "_blank", rel: "noopener noreferrer nofollow" }, bdi(title)) : bdi(title);
  };
  const claimCard = (c) => {
    const what = el("p", { className: "what q" + classQuadrant[C.class[c]] }, actorLink(claimSource[c]), el("em", { textContent: ` ${phrase(C.class[c])} ` }));
    if (claimTarget[c] >= 0) what.append(actorLink(claimTarget[c]));
    if (C.topic[c] >= 0) what.append(el("em", {}, claimTarget[c] >= 0 ? ` · ${W().about} ` : "", bdi(short(text(C.topic[c]), 160))));
    const badges = el("p", { className: "badges" }, el("span", { className: "badge", textContent: className(C.class[c]) }));
    if (C.negated[c]) badges.append(el("span", { className: "badge warn", textContent: W().isNegated }));
    if (C.modality[c]) badges.append(el("span", { className: "badge warn", textContent: W().modalities[C.modality[c]] }));
    badges.append(el("span", { className: "badge" + (C.standing[c] === ATTRIBUTED ? " warn" : "") }, bdi(voice(c))));
    const meter = el("span", { className: "meter", ariaHidden: "true" }, el("i")), a = C.article[c];
    meter.firstChild.style.width = C.confidence[c] + "%";
    const source = el("p", { className: "source" }, articleLink(a));
    for (const part of [A.source[a], A.date[a]]) if (part) source.append(" · ", bdi(tidy(part)));
    const facts = el("dl", {}, el("dt", { textContent: W().confidence }), el("dd", {}, meter, C.confidence[c] + " %"), el("dt", { textContent: W().rule }), el("dd", { textContent: text(C.rule[c]) + " · " + text(C.predicate[c]) }));
    if (C.time[c] >= 0) facts.append(el("dt", { textContent: W().when }), el("dd", { textContent: text(C.time[c]) }));
    const card = el("article", { className: "claim" }, what, badges, el("blockquote", {}, sentence(c)), source, facts);
    if (C.reasons[c] && C.reasons[c].length) {
      const reasons = el("dl");
      for (const [k, v] of C.reasons[c]) reasons.append(el("dt", { textContent: text(k) }), el("dd", {}, bdi(text(v))));
      card.append(el("details", {}, el("summary", { textContent: W().why }), reasons));
    }
    return card;
  };

  /* ---------- table ---------- */
  let tab = "relations", sort = { column: null, down: true }, pageNumber = 0;
  const relationRows = () => V.edges.map((e) => {
    const claims = edgeClaims[e].filter((c) => V.active[c]), days = claims.map((c) => claimDay[c]).filter((d) => d !== UNDATED);
    const score = claims.reduce((sum, c) => sum + D.classes[C.class[c]][6], 0) / claims.length;
    return { open: { edges: [e] }, cells: [tidy(name(E.from[e])), W().quadrants[E.quadrant[e]], tidy(name(E.to[e])), claims.length, new Set(claims.map((c) => C.article[c])).size, W().standingNames[E.standing[e]], Math.round(score * 10) / 10, days.length ? isoOf(Math.min(...days)) : "", days.length ? isoOf(Math.max(...days)) : ""] };
  });
  const claimRows = () => {
    const rows = [];
    for (let c = 0; c < claimCount; c++) {
      if (!V.active[c] || (C.edge[c] >= 0 && V.counts[C.edge[c]] < F.evidence)) continue;
      const a = C.article[c];
      rows.push({ open: C.edge[c] >= 0 ? { edges: [C.edge[c]] } : { node: claimSource[c] }, cells: [tidy(name(claimSource[c])), phrase(C.class[c]), claimTarget[c] >= 0 ? tidy(name(claimTarget[c])) : text(C.topic[c]), D.classes[C.class[c]][0], W().standingNames[C.standing[c]], voice(c), text(C.sentence[c]), A.title[a] || A.id[a], A.date[a], C.confidence[c]] });
    }
    return rows;
  };
  const actorRows = () => {
    const does = new Int32Array(nodeCount), undergoes = new Int32Array(nodeCount);
    for (const e of V.edges) { does[E.from[e]] += V.counts[e]; undergoes[E.to[e]] += V.counts[e]; }
    return V.living.map((n) => ({ open: { node: n }, cells: [tidy(name(n)), W().typeNames[N.type[n]], does[n], undergoes[n], N.articles[n], N.pagerank[n], N.betweenness[n], N.community[n] || "", N.wikidata[n]] }));
  };
  const TABLES = {
    relations: { rows: relationRows, heads: () => [W().source, W().relation, W().target, W().proofs, W().articles, W().status, W().score, W().first, W().last], numeric: [3, 4, 6], start: 3 },
    claims: { rows: claimRows, heads: () => [W().source, W().relation, W().target, "PLOVER", W().status, W().evidenceFor, W().sentence, W().article, W().date, W().confidence], numeric: [9], start: 8 },
    actors: { rows: actorRows, heads: () => [W().actor, W().type, W().does, W().undergoes, W().articles, W().pagerank, W().betweenness, W().community, "Wikidata"], numeric: [2, 3, 4, 5, 6, 7], start: 5 },
  };
  const sorted = (rows, spec) => {
    const column = sort.column === null ? spec.start : sort.column, sign = sort.down ? -1 : 1;
    const value = rows.map((r, i) => [r, i]);
    value.sort(([a, i], [b, j]) => { const x = a.cells[column], y = b.cells[column]; return (typeof x === "number" && typeof y === "number" ? x - y : String(x).localeCompare(String(y), language)) * sign || i - j; });
    return value.map(([r]) => r);
  };
  const table = () => {
    const box = $("table");
    if (box.hidden) return;
    const spec = TABLES[tab], rows = sorted(spec.rows(), spec), heads = spec.heads(), size = 100, pages = Math.max(1, Math.ceil(rows.length / size));
    pageNumber = Math.min(pageNumber, pages - 1);
    const tabs = el("div", { className: "tabs", role: "tablist" });
    for (const key of Object.keys(TABLES)) tabs.append(el("button", { type: "button", role: "tab", ariaSelected: String(key === tab), textContent: W()[key], onclick: () => { tab = key; sort = { column: null, down: true }; pageNumber = 0; table(); } }));
    const head = el("tr");
    heads.forEach((h, i) => {
      const here = (sort.column === null ? spec.start : sort.column) === i;
      head.append(el("th", { scope: "col", className: spec.numeric.includes(i) ? "number" : "", ariaSort: here ? (sort.down ? "descending" : "ascending") : "none" },
        el("button", { type: "button", textContent: h + (here ? (sort.down ? " ↓" : " ↑") : ""), onclick: () => { sort = { column: i, down: here ? !sort.down : spec.numeric.includes(i) }; table(); } })));
    });
    const body = el("tbody");
    for (const row of rows.slice(pageNumber * size, (pageNumber + 1) * size)) {
      const tr = el("tr");
      row.cells.forEach((cell, i) => {
        const shownText = typeof cell === "number" ? number(cell) : short(cell, 400);
        const td = el("td", { className: spec.numeric.includes(i) ? "number" : tab === "claims" && i === 6 ? "sentence" : "" });
        td.append(i === 0 ? el("button", { type: "button", className: "link", onclick: () => select(row.open, row.open.node !== undefined) }, bdi(shownText)) : bdi(shownText));
        tr.append(td);
      });
      body.append(tr);
    }
    const turn = (by) => el("button", { type: "button", className: "plain", disabled: by < 0 ? pageNumber === 0 : pageNumber >= pages - 1, textContent: by < 0 ? W().previous : W().next, onclick: () => { pageNumber += by; table(); box.scrollTop = 0; } });
    box.replaceChildren(tabs, el("table", { className: tab }, el("caption", { textContent: W().caption(rows.length) }), el("thead", {}, head), body));
    if (pages > 1) box.append(el("div", { className: "pager" }, turn(-1), W().page(pageNumber + 1, pages), turn(1)));
  };
  const showTable = (on) => {
    $("table").hidden = !on; $("stage").hidden = on;
    $("show-table").setAttribute("aria-pressed", on); $("show-graph").setAttribute("aria-pressed", !on);
    if (on) table(); else network.redraw();
  };

  /* ---------- filters ---------- */
  const openSections = new Set(["relations", "certainty", "time", "show", "types"]);
  const section = (key, ...children) => {
    const box = el("details", { open: openSections.has(key) }, el("summary", {}, el("h2", { textContent: W()[key] })), ...children);
    box.addEventListener("toggle", () => { if (box.open) openSections.add(key); else openSections.delete(key); });
    return el("section", {}, box);
  };
  const check = (checked, label, count, change, icon, cls = "", aria = null) => {
    const input = el("input", { type: "checkbox", checked, onchange: (ev) => { change(ev.target.checked); refresh(); } });
    if (aria) input.setAttribute("aria-label", aria);
    return el("label", { className: "check " + cls, title: label }, input, icon, el("span", { className: "text", textContent: label }), count === null ? null : el("small", { textContent: count }));
  };
  const flip = (set, key, on) => (on ? set.add(key) : set.delete(key));
  const openQuadrants = new Set();
  const relationFilters = () => D.quadrants.flatMap((_, q) => {
    const members = [...D.classes.keys()].filter((c) => classQuadrant[c] === q), count = members.reduce((s, c) => s + claimsOfClass[c], 0);
    const main = check(members.some((c) => F.classes.has(c)), W().quadrants[q], count, (on) => { members.forEach((c) => flip(F.classes, c, on)); sidebar(); }, el("span", { className: "line q" + q }), count ? "" : "zero");
    main.querySelector("input").indeterminate = members.some((c) => F.classes.has(c)) && !members.every((c) => F.classes.has(c));
    const toggle = el("button", { type: "button", className: "toggle", ariaExpanded: String(openQuadrants.has(q)), ariaLabel: W().quadrants[q], textContent: openQuadrants.has(q) ? "▾" : "▸", onclick: (ev) => { ev.preventDefault(); flip(openQuadrants, q, !openQuadrants.has(q)); sidebar(); } });
    main.append(toggle);
    return openQuadrants.has(q) ? [main, ...members.map((c) => check(F.classes.has(c), className(c), claimsOfClass[c], (on) => { flip(F.classes, c, on); sidebar(); }, null, "sub" + (claimsOfClass[c] ? "" : " zero"), `${className(c)} (${D.classes[c][0]})`))] : [main];
  });
  const standingFilters = () => D.standings.map((key, s) => check(F.standings.has(s), W()[key], null, (on) => flip(F.standings, s, on), el("span", { className: "line " + ["q4", "dash", "dot", "dash"][s] })));
  const options = (select, rows, value) => { rows.forEach(([v, label]) => select.append(el("option", { value: v, textContent: label, selected: String(v) === String(value) }))); return select; };
  const speakerFilter = () => options(el("select", { id: "by", ariaLabel: W().who, onchange: (ev) => { F.by = ev.target.value === "any" ? "any" : Number(ev.target.value); refresh(); } }),
    [["any", W().anyone], [-1, W().theArticle], ...speakers.slice(0, 300).map((n) => [n, short(name(n), 40)])], F.by);
  const BINS = 44;
  const bins = new Int32Array(BINS);
  for (let c = 0; c < claimCount; c++) if (claimDay[c] !== UNDATED) bins[Math.min(BINS - 1, Math.floor(((claimDay[c] - firstDay) / Math.max(1, lastDay - firstDay)) * BINS))]++;
  const timeFilter = () => {
    if (!(lastDay > firstDay)) return [el("p", { className: "note", textContent: Number.isFinite(firstDay) ? isoOf(firstDay) : W().undated })];
    const bars = el("div", { className: "histogram", ariaHidden: "true" }), top = Math.max(...bins), low = el("span"), high = el("span");
    bins.forEach((v) => { const bar = el("i"); bar.style.height = v ? 4 + 40 * Math.sqrt(v / top) + "px" : "0"; bars.append(bar); });
    const paint = () => { low.textContent = isoOf(F.from); high.textContent = isoOf(F.to); [...bars.children].forEach((bar, i) => { const day = firstDay + ((i + 0.5) / BINS) * (lastDay - firstDay); bar.className = day >= F.from && day <= F.to ? "in" : ""; }); };
    const handle = (id, key, label) => el("input", { type: "range", id, min: firstDay, max: lastDay, value: F[key], ariaLabel: label, oninput: (ev) => { const v = Number(ev.target.value); F[key] = key === "from" ? Math.min(v, F.to) : Math.max(v, F.from); ev.target.value = F[key]; ev.target.setAttribute("aria-valuetext", isoOf(F[key])); paint(); soon(); } });
    paint();
    return [bars, el("div", { className: "range" }, handle("from", "from", W().first), handle("to", "to", W().last)), el("div", { className: "ends" }, low, high)];
  };
  const evidenceFilter = () => {
    const shownValue = el("small", { textContent: W().atLeast(F.evidence) });
    return [el("label", { className: "check" }, el("span", { className: "text", textContent: W().evidence }), shownValue), el("input", { className: "single", id: "evidence", type: "range", min: 1, max: Math.max(2, Math.min(maxEvidence, 25)), value: F.evidence, ariaLabel: W().evidence, oninput: (ev) => { F.evidence = Number(ev.target.value); shownValue.textContent = W().atLeast(F.evidence); soon(); } })];
  };
  const chooser = (id, label, value, keys, change) => [el("label", { htmlFor: id, textContent: label }), options(el("select", { id, onchange: (ev) => { change(ev.target.value); refresh(); legend(); } }), keys.map((k) => [k, W()[k]]), value)];
  const displayFilters = () => [el("div", { className: "fields" }, ...chooser("size", W().size, sizeBy, ["degree", "pagerank", "betweenness"], (v) => { sizeBy = v; }), ...chooser("colour", W().colour, colourBy, ["type", "community"], (v) => { colourBy = v; })),
    check(F.alone, W().alone, null, (on) => { F.alone = on; }, null)];
  const articleFilter = () => {
    const list = el("div", { className: "articles" });
    const paint = (query) => {
      const q = fold(query), rows = [...A.id.keys()].filter((a) => !q || fold(`${A.title[a]} ${A.id[a]} ${A.source[a]} ${A.date[a]}`).includes(q)).slice(0, 60);
      list.replaceChildren(...rows.map((a) => check(!F.articles || F.articles.has(a), `${A.date[a] ? A.date[a] + " · " : ""}${short(A.title[a], 90) || A.id[a]}`, null, (on) => { F.articles = F.articles || new Set(A.id.keys()); flip(F.articles, a, on); }, null)));
    };
    const input = el("input", { type: "search", placeholder: W().findArticle, ariaLabel: W().findArticle, oninput: (ev) => paint(ev.target.value) });
    const pick = (label, set) => el("button", { type: "button", className: "link", textContent: label, onclick: () => { F.articles = set; paint(input.value); refresh(); } });
    paint("");
    return [el("p", { className: "kicker" }, pick(W().all, null), pick(W().none, new Set())), input, list];
  };
  const groupFilter = () => [...[...groupMembers.entries()].sort((a, b) => a[0] - b[0]).slice(0, 12).map(([g, members]) => {
    const icon = el("i", { className: "dotq" }); icon.style.background = groupColour(g);
    return el("button", { type: "button", className: "group", ariaPressed: String(F.group === g), onclick: () => { F.group = F.group === g ? 0 : g; if (F.group) colourBy = "community"; refresh(); sidebar(); legend(); fit(); } }, icon, el("span", {}, bdi(members.slice(0, 3).map((n) => short(name(n), 22)).join(", "))), el("small", { textContent: members.length }));
  }), el("p", { className: "note", textContent: W().groupNote })];
  const sidebar = () => {
    const top = $("filters").scrollTop;
    $("filters").replaceChildren(
      section("relations", ...relationFilters()), section("certainty", ...standingFilters(), el("div", { className: "fields" }, el("label", { htmlFor: "by", textContent: W().who }), speakerFilter())),
      section("time", ...timeFilter()), section("show", ...displayFilters(), ...evidenceFilter()),
      section("types", ...[...D.types.keys()].filter((t) => nodesOfType[t]).map((t) => check(F.types.has(t), W().typeNames[t], nodesOfType[t], (on) => flip(F.types, t, on), svgShape(D.shapes[t][0], typeColour(t))))),
      ...(groupMembers.size ? [section("groups", ...groupFilter())] : []), section("articles", ...articleFilter()),
      el("button", { type: "button", className: "plain", id: "reset", textContent: W().reset, onclick: () => { F = fresh(); sidebar(); refresh(); fit(); } }));
    $("filters").scrollTop = top;
  };
  const legend = () => {
    const box = $("legend"), rows = [];
    D.quadrants.forEach((_, q) => { if (q < 4) rows.push(el("div", {}, el("span", { className: "line q" + q }), W().quadrants[q])); });
    box.replaceChildren(el("div", { className: "row" }, ...rows));
    const types = el("div", { className: "row types" });
    const present = [...D.types.keys()].filter((t) => nodesOfType[t]);
    if (colourBy === "type") present.slice(0, 8).forEach((t) => types.append(el("div", {}, svgShape(D.shapes[t][0], typeColour(t)), W().typeNames[t])));
    if (types.childNodes.length) box.append(types);
  };

  /* ---------- search ---------- */
  const input = $("search"), matches = $("matches");
  let found = [], at = -1;
  const find = () => {
    const q = fold(input.value.trim());
    found = [];
    if (q) {
      const ranked = [];
      for (let n = 0; n < nodeCount; n++) { const i = foldedNames[n].indexOf(q); if (i >= 0) ranked.push([i === 0 ? 0 : foldedNames[n][i - 1] === " " ? 1 : 2, n]); }
      found = ranked.sort((a, b) => a[0] - b[0] || a[1] - b[1]).slice(0, 9).map((r) => r[1]);
    }
    at = found.length ? 0 : -1; paintMatches(q);
  };
  const paintMatches = (q) => {
    matches.hidden = !q; input.setAttribute("aria-expanded", String(Boolean(q)));
    matches.replaceChildren(...found.map((n, i) => el("li", { role: "option", id: "match-" + i, ariaSelected: String(i === at), onmousedown: (ev) => { ev.preventDefault(); choose(n); } }, svgShape(D.shapes[N.type[n]][0], typeColour(N.type[n])), bdi(short(name(n), 60)), el("small", { textContent: W().typeNames[N.type[n]] }))));
    if (q && !found.length) matches.append(el("li", { className: "none", textContent: W().noMatch }));
    if (at >= 0) input.setAttribute("aria-activedescendant", "match-" + at); else input.removeAttribute("aria-activedescendant");
  };
  const choose = (n) => { input.value = ""; found = []; paintMatches(""); if (!$("table").hidden) showTable(false); select({ node: n }, true); };
  input.addEventListener("input", find);
  input.addEventListener("focus", () => { if (input.value) find(); });
  input.addEventListener("blur", () => { matches.hidden = true; });
  input.addEventListener("keydown", (ev) => {
    if (ev.key === "ArrowDown" || ev.key === "ArrowUp") { ev.preventDefault(); if (found.length) { at = (at + (ev.key === "ArrowDown" ? 1 : found.length - 1)) % found.length; paintMatches("x"); } }
    else if (ev.key === "Enter" && at >= 0) choose(found[at]);
    else if (ev.key === "Escape") { input.value = ""; found = []; paintMatches(""); }
  });

  /* ---------- export ---------- */
  const save = (blob, file) => { const url = URL.createObjectURL(blob), a = el("a", { href: url, download: file }); document.body.append(a); a.click(); a.remove(); setTimeout(() => URL.revokeObjectURL(url), 1000); };
  // a cell that a spreadsheet would take for a formula gets an apostrophe (OWASP, "CSV injection")
  const cell = (v) => (typeof v === "number" ? String(v) : '"' + String(v).replace(/^(?=[=+\-@\t\r])/, "'").replaceAll('"', '""') + '"');
  const csv = (key) => { const spec = TABLES[key], lines = [spec.heads(), ...spec.rows().map((r) => r.cells)].map((r) => r.map(cell).join(",")); save(new Blob(["\ufeff" + lines.join("\r\n") + "\r\n"], { type: "text/csv" }), `kg-${key}.csv`); $("export").open = false; };
  const png = () => {
    const from = network.canvas.frame.canvas, to = document.createElement("canvas"), ratio = from.width / Math.max(container.clientWidth, 1), ctx = to.getContext("2d");
    to.width = from.width; to.height = from.height + Math.round(52 * ratio);
    ctx.fillStyle = cssVar("--paper"); ctx.fillRect(0, 0, to.width, to.height); ctx.drawImage(from, 0, Math.round(52 * ratio));
    ctx.fillStyle = cssVar("--ink"); ctx.font = `600 ${18 * ratio}px ${cssVar("--serif")}`; ctx.fillText(short(D.settings.title, 90), 16 * ratio, 24 * ratio);
    ctx.font = `${12 * ratio}px ${cssVar("--sans")}`; let x = 16 * ratio;
    W().quadrants.slice(0, 4).forEach((label, q) => { ctx.fillStyle = cssVar("--q" + q); ctx.fillRect(x, 38 * ratio, 18 * ratio, 4 * ratio); ctx.fillStyle = cssVar("--soft"); ctx.fillText(label, x + 24 * ratio, 44 * ratio); x += ctx.measureText(label).width + 44 * ratio; });
    to.toBlob((blob) => save(blob, "kg-graph.png")); $("export").open = false;
  };
  $("export-png").addEventListener("click", png);
  $("export-relations").addEventListener("click", () => csv("relations"));
  $("export-claims").addEventListener("click", () => csv("claims"));

  /* ---------- the whole ---------- */
  const status = () => {
    $("counts").textContent = W().counts(V.living.length, V.edges.length, V.evidence + V.loose, A.id.length);
    const nothing = V.visible.size === 0;
    $("empty").hidden = !nothing; $("empty").textContent = claimCount ? W().emptyFilter : W().emptyAll;
    $("legend").hidden = nothing;
    const more = $("more"), partial = V.living.length > V.visible.size;
    more.hidden = !partial;
    if (partial) more.replaceChildren(el("span", { textContent: W().core(V.visible.size, V.living.length) }), el("button", { type: "button", id: "show-more", textContent: W().more, onclick: () => { shown += 200; refresh(); fit(); } }), el("button", { type: "button", id: "show-all", textContent: W().all, onclick: () => { shown = Infinity; refresh(); fit(); } }));
  };
  const refresh = () => {
    compute();
    if (selection && selection.edges) { selection.edges = selection.edges.filter((e) => V.counts[e] >= F.evidence); if (!selection.edges.length) selection = null; }
    draw(); status(); panel(); table();
  };
  let waiting = 0;
  const soon = () => { clearTimeout(waiting); waiting = setTimeout(refresh, 60); };
  const speak = () => {
    document.documentElement.lang = language;
    document.querySelectorAll("[data-i18n]").forEach((n) => { n.textContent = W()[n.dataset.i18n]; });
    document.querySelectorAll("[data-i18n-label]").forEach((n) => { n.setAttribute("aria-label", W()[n.dataset.i18nLabel]); });
    input.placeholder = W().search; input.setAttribute("aria-label", W().search);
    $("language").textContent = language === "es" ? "EN" : "ES"; $("language").setAttribute("aria-label", language === "es" ? "English" : "Español");
    sidebar(); legend();
  };
  const remember = (key, value) => { try { localStorage.setItem("kg-" + key, value); } catch { /* file:// may forbid it */ } };
  const recall = (key) => { try { return localStorage.getItem("kg-" + key); } catch { return null; } };
  const setTheme = (theme) => { document.documentElement.dataset.theme = theme; };
  $("language").addEventListener("click", () => { language = language === "es" ? "en" : "es"; speak(); refresh(); });
  $("theme").addEventListener("click", () => { setTheme(dark() ? "light" : "dark"); remember("theme", dark() ? "dark" : "light"); sidebar(); legend(); refresh(); });
  $("show-graph").addEventListener("click", () => showTable(false));
  $("show-table").addEventListener("click", () => showTable(true));
  document.querySelector(".skip").addEventListener("click", () => { showTable(true); $("table").focus(); });
  $("open-filters").addEventListener("click", () => { const open = $("filters").classList.toggle("open"); $("open-filters").setAttribute("aria-expanded", open); });
  $("stage").addEventListener("pointerdown", () => { $("filters").classList.remove("open"); $("open-filters").setAttribute("aria-expanded", false); });
  const zoom = (by) => network.moveTo({ scale: Math.min(Math.max(network.getScale() * by, 0.02), 6), animation: false });
  $("zoom-in").addEventListener("click", () => zoom(1.3)); $("zoom-out").addEventListener("click", () => zoom(1 / 1.3)); $("zoom-fit").addEventListener("click", fit);
  document.addEventListener("keydown", (ev) => {
    const typing = /^(INPUT|SELECT|TEXTAREA)$/.test(ev.target.tagName);
    if (ev.key === "/" && !typing) { ev.preventDefault(); input.focus(); }
    else if (ev.key === "Escape" && !typing) { $("filters").classList.remove("open"); $("export").open = false; if (selection) select(null); }
  });
  setTheme(recall("theme") || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light"));
  compute(); speak(); status(); draw(); fit();
  // what tests and a host page may ask: where things are, and to open an actor
  window.kgView = {
    network, ready: true, readyAt: performance.now(), select: (key) => { const n = N.key.indexOf(key); if (n >= 0) select({ node: n }, true); return n >= 0; },
    counts: () => ({ nodes: V.visible.size, edges: V.drawn.length, actors: V.living.length, relations: V.edges.length }),
    nodePoint: (n) => network.canvasToDOM({ x: N.x[n], y: N.y[n] }),
    selectEdge: (e) => select({ edges: [e] }), edges: () => V.drawn.slice(),
    edgePoint: (e) => { const p = network.body.edges[e].edgeType.getPoint(0.5); return network.canvasToDOM({ x: p.x, y: p.y }); },
  };
})();
