/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.parquet.filter2.compat.FilterCompat;
import org.apache.parquet.filter2.predicate.FilterApi;
import org.apache.parquet.io.api.Binary;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RowsTest {
    @TempDir
    Path folder;

    /**
     * A file that parquet-java alone has written. Of each row group's five rows, pages of the wide column hold 0 and 1, 2 and
     * 3, and 4; those of the other column 0 to 2, and 3 and 4. By the column index of the first, 0, 1 and 4 are to be read.
     */
    @Test
    void lastRowOfEachRowGroup_isReadFromItsOwnPage() throws IOException {
        List<Column> columns =
                List.of(new Column("wide", ColumnType.STRING, true), new Column("row", ColumnType.INT32, true));
        Binary kept = Binary.fromString("k".repeat(600_000));
        Binary left = Binary.fromString("l".repeat(600_000));
        List<Object[]> rows = IntStream.range(0, 10)
                .mapToObj(row -> new Object[] {row % 5 == 2 || row % 5 == 3 ? left : kept, row})
                .toList();
        Path path = folder.resolve("five.parquet");
        TableFile.write(new Table(
                path, columns, rows, Layout.plain().rowGroups(List.of(5)).pages(3)));

        BytesFile file = BytesFile.of(path);
        FilterCompat.Filter filter = FilterCompat.get(FilterApi.eq(FilterApi.binaryColumn("wide"), kept));
        assertThat(numbers(Rows.readAll(file, filter, Set.of()))).containsExactly(0, 1, 4, 5, 6, 9);
        assertThat(numbers(Rows.read(file, filter, Set.of()))).containsExactly(0, 1, 4, 5, 6, 9);
        assertThat(numbers(Rows.readUnmended(file, filter, Set.of())))
                .as("by parquet-java itself; once this is 0, 1, 4, 5, 6, 9, MendedPages can go")
                .containsExactly(0, 1, 2, 5, 6, 7);
    }

    private static Stream<Integer> numbers(List<Object[]> rows) {
        return rows.stream().map(row -> (Integer) row[1]);
    }
}
