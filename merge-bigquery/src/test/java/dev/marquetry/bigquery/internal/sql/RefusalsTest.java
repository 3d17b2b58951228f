/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.bigquery.internal.sql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marquetry.local.remote.RemoteColumn;
import dev.marquetry.local.remote.RemotePlan;
import dev.marquetry.local.remote.RemoteType;
import java.util.List;
import org.junit.jupiter.api.Test;

class RefusalsTest {
    private static RemoteColumn column(RemoteType type, long values, long bytes) {
        return new RemoteColumn(1, 1, "wide", type, values, bytes);
    }

    private static List<String> of(RemotePlan plan) {
        return Refusals.of(plan);
    }

    @Test
    void fullSizePair_isServed() {
        assertThat(of(Plans.numbers(100_000, 667, 16_732))).isEmpty();
        assertThat(of(Plans.numbers(0, 1, 3))).isEmpty();
        assertThat(of(new RemotePlan(3, false, List.of()))).isEmpty();
    }

    @Test
    void codecs_areNamedWithTheirFile() {
        List<RemoteColumn> columns = List.of(column(RemoteType.INTEGER, 1, 8));
        RemotePlan plan = new RemotePlan(
                1,
                false,
                List.of(
                        Plans.file(1, 1, columns, "SNAPPY", "BROTLI"),
                        Plans.file(2, 1, columns, "LZ4"),
                        Plans.file(3, 1, columns, "UNCOMPRESSED", "GZIP", "ZSTD", "LZ4_RAW")));
        assertThat(of(plan))
                .containsExactly(
                        "[f_1.parquet] BigQuery does not load pages of codec BROTLI",
                        "[f_2.parquet] BigQuery does not load pages of codec LZ4");
    }

    @Test
    void fileOfTooManyColumns_isNamed() {
        assertThat(of(Plans.numbers(1, 1, 9_999))).isEmpty();
        assertThat(of(Plans.numbers(1, 1, 10_000))).singleElement().asString().contains("[f_1.parquet]", "10000");
    }

    @Test
    void rowsTooLong_nameTheColumn() {
        RemotePlan plan = new RemotePlan(
                2, false, List.of(Plans.file(1, 2, List.of(column(RemoteType.BYTES, 2, 201_000_000)), "SNAPPY")));
        assertThat(of(plan)).singleElement().asString().contains("[f_1.parquet]", "'wide'", "95.4 MiB");
    }

    @Test
    void tooManyFiles_areCounted() {
        assertThat(of(Plans.numbers(1, 10_001, 10_001)))
                .singleElement()
                .asString()
                .contains("10001");
    }
}
