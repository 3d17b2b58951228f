/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.report;

import dev.marquetry.MergeResult.FeatureMatch;
import dev.marquetry.MergeResult.FileMoves;
import dev.marquetry.MergeResult.Move;
import java.util.ArrayList;
import java.util.List;

/** The table of input files, in request order; files that lack rows or have keys twice stand out. */
final class HtmlFiles {
    private final Html html;
    private final String id;
    private final MergeReport merge;
    private final List<FileRow> files;
    private final boolean matched;
    private final boolean moved;

    private HtmlFiles(Html html, String id, MergeReport merge) {
        this.html = html;
        this.id = id;
        this.merge = merge;
        files = merge.files();
        matched = files.stream().anyMatch(row -> row.match().isPresent());
        moved = files.stream().anyMatch(row -> row.moves().isPresent());
    }

    static void write(Html html, String id, MergeReport merge, boolean open) {
        new HtmlFiles(html, id, merge).write(open);
    }

    private void write(boolean open) {
        if (files.isEmpty()) {
            if (merge.result().isPresent()) {
                html.element("p", "Nothing is known of single files.", "class", "unknown");
            }
            return;
        }
        html.open("details", "class", "files", "open", open ? "open" : "");
        html.open("summary").element("span", summary(), "id", id + "-files-h").close();
        if (!moved) {
            html.element("p", "How each file was moved is not known: the strategy did not tell.", "class", "unknown");
        } else if (!matched) {
            html.element("p", "How rows matched is not known: the strategy did not tell.", "class", "unknown");
        }
        if (moved) {
            html.element(
                    "p",
                    "Copied, page-copied, spliced and gathered count column chunks; busy is what threads spent on moving"
                            + " them, one after the other.",
                    "class",
                    "note");
        }
        html.open("div", "class", "scroll tall", "tabindex", "0", "role", "region", "aria-labelledby", id + "-files-h");
        html.open("table", "class", "files", "id", id + "-files").open("thead").open("tr");
        columns().forEach(name -> html.element("th", name, "scope", "col"));
        html.close(2).open("tbody");
        for (int i = 0; i < files.size(); i++) {
            row(i, files.get(i));
        }
        html.close(4);
    }

    private String summary() {
        long flagged = merge.flaggedFiles();
        return Words.counted(files.size(), "file")
                + (flagged == 0
                        ? matched ? ", none with absent, duplicate or null keys" : ""
                        : ", " + Html.grouped(flagged) + " with absent, duplicate or null keys");
    }

    private List<String> columns() {
        List<String> columns = new ArrayList<>(List.of("#", "File"));
        if (matched) {
            columns.addAll(List.of("Row map", "Rows", "Matched", "Absent", "Extra", "Duplicate", "Null key"));
        }
        if (moved) {
            columns.add("Size");
            for (Move move : Move.values()) {
                columns.add(Words.capital(Words.move(move)));
            }
            columns.add("Busy");
        }
        return columns;
    }

    private void row(int index, FileRow row) {
        html.open("tr", "class", row.isFlagged() ? "flagged" : "");
        html.element("td", String.valueOf(index + 1));
        html.element("th", row.file() + (row.spine() ? " (spine)" : ""), "scope", "row");
        if (matched) {
            row.match().ifPresentOrElse(this::match, () -> blank(7));
        }
        if (moved) {
            row.moves().ifPresentOrElse(this::moves, () -> blank(2 + Move.values().length));
        }
        html.close();
    }

    private void match(FeatureMatch match) {
        html.element("td", Words.rowMap(match.kind()));
        html.element("td", Html.grouped(match.rows())).element("td", Html.grouped(match.matchedRows()));
        count(match.absentRows(), "bad");
        count(match.extraRows(), "");
        count(match.duplicateRows(), "bad");
        count(match.nullKeyRows(), "bad");
    }

    private void moves(FileMoves moves) {
        html.element("td", Words.size(moves.bytes()));
        for (Move move : Move.values()) {
            count(moves.chunks().getOrDefault(move, 0L), "");
        }
        html.element("td", Words.time(moves.busy()));
    }

    private void count(long count, String style) {
        html.element("td", Html.grouped(count), "class", count == 0 ? "zero" : style);
    }

    private void blank(int cells) {
        for (int i = 0; i < cells; i++) {
            html.element("td", "–", "class", "zero");
        }
    }
}
