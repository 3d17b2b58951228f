/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marquetry.MergeRequest;
import dev.marquetry.ResourceLimits;
import dev.marquetry.testkit.Fixture;
import dev.marquetry.testkit.Fixtures;
import dev.marquetry.testkit.Table;
import dev.marquetry.testkit.Tables;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A file so wide and in so many row groups that not all of their descriptions are kept at once. */
class ManyRowGroupsTest {
    private static final int ROWS = 900;
    private static final int COLUMNS = 45;

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void wideFileInManyRowGroups_isMerged(boolean ordered) {
        Path spine =
                Fixtures.table("spine").key("ts", LongStream.range(0, ROWS)).writeTo(folder);
        Fixture feature = Fixtures.table("feature")
                .rowGroupRows(1)
                .key("ts", LongStream.range(0, ROWS).map(row -> ordered ? row : ROWS - 1 - row));
        for (int c = 0; c < COLUMNS; c++) {
            int column = c;
            feature.column(
                    "f" + c, DoubleStream.iterate(0, row -> row + 1).limit(ROWS).map(row -> row * COLUMNS + column));
        }
        Path output = folder.resolve("wide.parquet");
        LocalArrowStrategy.within(ResourceLimits.defaults())
                .merge(MergeRequest.onKey("ts")
                        .spine(spine)
                        .features(feature.writeTo(folder))
                        .writeTo(output));

        Table wide = Tables.read(output).checkMetadata();
        for (int c = 0; c < COLUMNS; c++) {
            List<@Nullable Object> values = wide.values("f" + c);
            for (int row = 0; row < ROWS; row++) {
                int source = ordered ? row : ROWS - 1 - row;
                assertThat(values.get(row)).isEqualTo((double) source * COLUMNS + c);
            }
        }
    }
}
