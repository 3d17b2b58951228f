/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marquetry.MergeRequest;
import dev.marquetry.ResourceLimits;
import dev.marquetry.testkit.Fixtures;
import dev.marquetry.testkit.Table;
import dev.marquetry.testkit.Tables;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.stream.LongStream;
import org.apache.parquet.column.statistics.Statistics;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GatheredStatisticsTest {
    private static final int ROWS = 8192;

    @TempDir
    private Path folder;

    /** A page of nothing but NaN has no bounds, so that the chunk's can only come from all its source chunks. */
    @Test
    void chunkFromSeveralSourceChunksWithAPageOfNan_hasBoundsOfAllValuesOrNone() throws SQLException, IOException {
        Path spine =
                Fixtures.table("targets").key("ts", LongStream.range(0, ROWS)).writeTo(folder);
        Path feature = folder.resolve("feature.parquet");
        try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
                Statement statement = connection.createStatement()) {
            statement.execute("SET threads = 1");
            // One row more than the spine has, so that the output keeps the spine's one row group.
            statement.execute(
                    "CREATE TABLE f AS SELECT (CASE WHEN i < 8192 THEN (i + 4096) % 8192 ELSE i END)::BIGINT AS ts"
                            + " FROM range(8193) t(i) ORDER BY i");
            statement.execute(
                    "COPY (SELECT ts, CASE WHEN ts < 4096 THEN 'nan'::DOUBLE ELSE ts::DOUBLE END AS v FROM f) TO '"
                            + feature + "' (FORMAT parquet, ROW_GROUP_SIZE 2048)");
        }
        Path wide = folder.resolve("wide.parquet");
        LocalArrowStrategy.within(ResourceLimits.defaults())
                .merge(MergeRequest.onKey("ts").spine(spine).features(feature).writeTo(wide));

        Table merged = Tables.read(wide);
        merged.checkMetadata();
        Statistics<?> bounds = merged.chunks("v").get(0).getStatistics();
        assertThat(!bounds.hasNonNullValue() || (Double) bounds.genericGetMax() >= ROWS - 1)
                .as("%s", bounds)
                .isTrue();
    }
}
