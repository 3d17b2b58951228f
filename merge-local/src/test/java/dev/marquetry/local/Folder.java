/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marquetry.MergeRequest.DuplicateKeys;
import dev.marquetry.MergeRequest.SpineDuplicates;
import dev.marquetry.local.oracle.Column;
import dev.marquetry.local.oracle.ColumnType;
import dev.marquetry.local.oracle.Layout;
import dev.marquetry.local.oracle.MergeCase;
import dev.marquetry.local.oracle.Table;
import dev.marquetry.local.oracle.TableFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/** A folder for one merge: inputs in {@code in}, the output in {@code out}, which must stay clean after a failure. */
record Folder(Path root) {
    static final Column KEY = new Column("key", ColumnType.INT64, false);

    static Folder in(Path root) throws IOException {
        Files.createDirectories(root.resolve("in"));
        Files.createDirectories(root.resolve("out"));
        return new Folder(root);
    }

    Path file(String name) {
        return root.resolve("in").resolve(name);
    }

    Path output() {
        return root.resolve("out").resolve("wide.parquet");
    }

    /** Writes a file of a key and one DOUBLE column named {@code value}, a row for each key. */
    Path keyed(String name, String value, long... keys) {
        List<Object[]> rows = new ArrayList<>();
        for (long key : keys) {
            rows.add(new Object[] {key, key / 2.0});
        }
        return table(name, List.of(KEY, new Column(value, ColumnType.DOUBLE, false)), rows);
    }

    Path table(String name, List<Column> columns, List<Object[]> rows) {
        Table table = new Table(file(name), columns, rows, Layout.plain().pages(50));
        TableFile.write(table);
        return table.file();
    }

    /** Writes a spine and {@code files} feature files with {@code columns} DOUBLE columns each, in other orders. */
    MergeCase big(int files, int columns, int rows) {
        SplittableRandom random = new SplittableRandom(5);
        List<Table> tables = new ArrayList<>();
        for (int f = 0; f <= files; f++) {
            List<Column> header = new ArrayList<>(List.of(KEY));
            for (int c = 0; c < columns; c++) {
                header.add(new Column("f" + f + "_" + c, ColumnType.DOUBLE, false));
            }
            List<Object[]> body = new ArrayList<>();
            for (int r = 0; r < rows; r++) {
                Object[] row = new Object[columns + 1];
                row[0] = f % 2 == 0 ? (long) r : (long) rows - r;
                for (int c = 1; c <= columns; c++) {
                    row[c] = random.nextDouble();
                }
                body.add(row);
            }
            tables.add(new Table(file((f == 0 ? "spine" : "f" + f) + ".parquet"), header, body, Layout.plain()));
        }
        return new MergeCase(
                        "big",
                        List.of("key"),
                        tables.get(0),
                        tables.subList(1, tables.size()),
                        DuplicateKeys.REJECT,
                        SpineDuplicates.REJECT)
                .write();
    }

    /** Asserts that no output and no scratch is left. */
    void assertNothingLeft() throws IOException {
        assertOutputFolderHolds();
    }

    /** Asserts that the output's folder holds {@code files} and nothing else, hidden or not. */
    void assertOutputFolderHolds(Path... files) throws IOException {
        try (Stream<Path> left = Files.list(root.resolve("out"))) {
            assertThat(left).as("files in the output's folder").containsExactlyInAnyOrder(files);
        }
    }
}
