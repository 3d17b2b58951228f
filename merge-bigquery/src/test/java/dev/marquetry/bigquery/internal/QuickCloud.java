/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.bigquery.internal;

import com.google.api.gax.retrying.RetrySettings;
import com.google.cloud.bigquery.BigQuery;
import com.google.cloud.storage.Storage;
import dev.marquetry.bigquery.internal.call.RunId;
import dev.marquetry.bigquery.internal.call.Usage;
import dev.marquetry.bigquery.internal.jobs.JobSettings;
import dev.marquetry.bigquery.internal.jobs.Jobs;
import dev.marquetry.bigquery.internal.jobs.RunDataset;
import dev.marquetry.bigquery.internal.stage.Bucket;
import dev.marquetry.bigquery.internal.stage.BucketSettings;
import dev.marquetry.gcs.call.Pace;
import dev.marquetry.loopback.LoopbackCloud;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** A loopback server with clients that retry nothing by themselves, and the library's pieces at a quick pace. */
public final class QuickCloud implements AutoCloseable {
    public static final String BUCKET = "staging";
    public static final Pace QUICK = new Pace(Duration.ofMillis(1), Duration.ofMillis(4), 4);
    public static final Pace POLL = new Pace(Duration.ofMillis(2), Duration.ofMillis(10), Integer.MAX_VALUE);

    public final LoopbackCloud server = LoopbackCloud.start().bucket(BUCKET);
    public final BigQuery bigQuery;
    public final Storage storage;
    public final RunId run = RunId.at(Instant.now(), RandomGenerator.getDefault());
    public final Usage usage = new Usage();

    public QuickCloud() {
        this(1);
    }

    /** Creates it with clients that try that often by themselves. */
    public QuickCloud(int clientTries) {
        RetrySettings retries = RetrySettings.newBuilder()
                .setMaxAttempts(clientTries)
                .setInitialRetryDelayDuration(Duration.ofMillis(1))
                .setMaxRetryDelayDuration(Duration.ofMillis(1))
                .setTotalTimeoutDuration(Duration.ofSeconds(20))
                .build();
        bigQuery = server.bigQueryOptions().setRetrySettings(retries).build().getService();
        storage = server.storageOptions().setRetrySettings(retries).build().getService();
    }

    public JobSettings jobSettings() {
        return jobSettings(Duration.ofSeconds(30));
    }

    public JobSettings jobSettings(Duration deadline) {
        return new JobSettings(
                LoopbackCloud.PROJECT,
                LoopbackCloud.LOCATION,
                Map.of("team", "tests"),
                Optional.empty(),
                POLL,
                QUICK,
                3,
                deadline,
                Duration.ofSeconds(4));
    }

    public Jobs jobs() {
        return new Jobs(bigQuery, jobSettings(), run, usage);
    }

    public RunDataset dataset() {
        return new RunDataset(bigQuery, jobSettings(), run);
    }

    public Bucket bucket() {
        return Bucket.at(
                URI.create("gs://" + BUCKET + "/some/folder"),
                storage,
                new BucketSettings(256 << 10, 64 << 10, Optional.empty(), QUICK),
                usage);
    }

    /** Returns a Parquet file of the rows of a query in DuckDB's SQL. */
    public static Path parquet(Path folder, String name, String select) {
        Path file = folder.resolve(name + ".parquet");
        try (Connection duck = DriverManager.getConnection("jdbc:duckdb:");
                Statement statement = duck.createStatement()) {
            statement.execute("COPY (" + select + ") TO '" + file + "' (FORMAT PARQUET)");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        return file;
    }

    /** Uploads a file and returns its address. */
    public String upload(Path file) throws Exception {
        return bucket().upload(
                        run.folder() + "in/" + file.getFileName(),
                        Files.size(file),
                        () -> Files.newByteChannel(file),
                        () -> {})
                .uri();
    }

    @Override
    public void close() {
        server.close();
    }
}
