/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.loopback;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.cloud.bigquery.BigQuery;
import com.google.cloud.bigquery.DatasetId;
import com.google.cloud.bigquery.JobStatistics;
import com.google.cloud.storage.BlobId;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A whole run through Google's clients: upload, load, join, export, download, delete. */
class LoopbackCloudTest {
    @TempDir
    Path folder;

    private Bench bench;

    @BeforeEach
    void start() {
        bench = new Bench(folder);
    }

    @AfterEach
    void stop() throws Exception {
        bench.close();
    }

    @Test
    void aRunFromUploadToDownload_leavesNothing() {
        bench.bigQuery.create(bench.dataset());
        bench.table("spine", "SELECT i::INTEGER AS o FROM range(5) t(i)");
        bench.table("f00001", "SELECT i::INTEGER AS o, (i / 2)::FLOAT AS c1, i % 2 = 0 AS c2 FROM range(4) t(i)");
        bench.table(
                "f00002", "SELECT (4 - i)::INTEGER AS o, i::BIGINT AS c3, ('b' || i)::BLOB AS c4 FROM range(4) t(i)");

        JobStatistics.QueryStatistics statistics = bench.succeed(Bench.query(Bench.export(
                "out/g000/a0/",
                "SELECT s.`o`, f00001.`c1`, f00001.`c2`, f00002.`c3`, f00002.`c4`\nFROM " + Bench.path("spine")
                        + " AS s\nLEFT JOIN " + Bench.path("f00001") + " AS f00001 ON f00001.`o` = s.`o`\nLEFT JOIN "
                        + Bench.path("f00002") + " AS f00002 ON f00002.`o` = s.`o`\nORDER BY s.`o`")));

        assertThat(statistics.getTotalBytesBilled()).isEqualTo(3 * (10L << 20));
        assertThat(bench.cloud.billedBytes()).isEqualTo(3 * (10L << 20));
        List<Path> shards = bench.download("out/g000/a0/");
        assertThat(shards).hasSize(1);
        assertThat(bench.rows("SELECT * FROM '" + shards.get(0) + "'"))
                .containsExactly(
                        "0,0.0,true,null,null",
                        "1,0.5,false,3,b3",
                        "2,1.0,true,2,b2",
                        "3,1.5,false,1,b1",
                        "4,null,null,0,b0");
        for (String uri : bench.cloud.objects()) {
            assertThat(bench.storage.delete(BlobId.fromGsUtilUri(uri))).isTrue();
        }
        assertThat(bench.bigQuery.delete(DatasetId.of(Bench.DATASET), BigQuery.DatasetDeleteOption.deleteContents()))
                .isTrue();
        assertThat(bench.cloud.objects()).isEmpty();
        assertThat(bench.cloud.datasets()).isEmpty();
        assertThat(bench.cloud.openJobs()).isEmpty();
        assertThat(bench.cloud.jobs(RecordedJob.Kind.LOAD)).hasSize(3).allMatch(RecordedJob::succeeded);
    }
}
