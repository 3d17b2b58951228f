/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.loopback;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.api.gax.retrying.RetrySettings;
import com.google.cloud.bigquery.BigQuery;
import com.google.cloud.bigquery.DatasetId;
import com.google.cloud.bigquery.DatasetInfo;
import com.google.cloud.bigquery.FormatOptions;
import com.google.cloud.bigquery.Job;
import com.google.cloud.bigquery.JobConfiguration;
import com.google.cloud.bigquery.JobId;
import com.google.cloud.bigquery.JobInfo;
import com.google.cloud.bigquery.JobStatus;
import com.google.cloud.bigquery.LoadJobConfiguration;
import com.google.cloud.bigquery.QueryJobConfiguration;
import com.google.cloud.bigquery.TableId;
import com.google.cloud.storage.Blob;
import com.google.cloud.storage.BlobId;
import com.google.cloud.storage.BlobInfo;
import com.google.cloud.storage.Storage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.function.UnaryOperator;

/** Google's clients of one server, with short words for what tests of it do. Calls are made once unless told otherwise. */
final class Bench implements AutoCloseable {
    static final String BUCKET = "staging";
    static final String DATASET = "run1";
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(20);

    final LoopbackCloud cloud = LoopbackCloud.start().bucket(BUCKET);
    final BigQuery bigQuery;
    final Storage storage;
    private final Path folder;
    private final Connection duck;
    private int jobs;

    Bench(Path folder) {
        this(folder, 1);
    }

    Bench(Path folder, int attempts) {
        this.folder = folder;
        RetrySettings retries = RetrySettings.newBuilder()
                .setMaxAttempts(attempts)
                .setInitialRetryDelayDuration(Duration.ofMillis(1))
                .setMaxRetryDelayDuration(Duration.ofMillis(1))
                .setTotalTimeoutDuration(Duration.ofSeconds(20))
                .build();
        bigQuery = cloud.bigQueryOptions().setRetrySettings(retries).build().getService();
        storage = cloud.storageOptions().setRetrySettings(retries).build().getService();
        try {
            duck = DriverManager.getConnection("jdbc:duckdb:");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() throws SQLException {
        duck.close();
        cloud.close();
    }

    /** Returns a Parquet file of the rows of a query in DuckDB's SQL. */
    Path file(String name, String select, String... options) {
        Path file = folder.resolve(name + ".parquet");
        StringJoiner all = new StringJoiner(", ", " (FORMAT PARQUET", ")");
        all.setEmptyValue(" (FORMAT PARQUET)");
        for (String option : options) {
            all.add((all.length() > 20 ? "" : ", ") + option);
        }
        execute("COPY (" + select + ") TO '" + file + "'" + all);
        return file;
    }

    void execute(String sql) {
        try (Statement statement = duck.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Returns the rows of a result, values joined by commas. */
    List<String> rows(String sql) {
        try (Statement statement = duck.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            List<String> rows = new ArrayList<>();
            while (result.next()) {
                StringJoiner row = new StringJoiner(",");
                for (int i = 1; i <= result.getMetaData().getColumnCount(); i++) {
                    row.add(String.valueOf(result.getString(i)));
                }
                rows.add(row.toString());
            }
            return rows;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    Blob upload(String name, Path file) {
        try {
            return storage.createFrom(BlobInfo.newBuilder(BUCKET, name).build(), file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Blob upload(String name, String text) {
        return storage.create(
                BlobInfo.newBuilder(BUCKET, name).build(), text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }

    DatasetInfo dataset() {
        return DatasetInfo.newBuilder(DatasetId.of(DATASET))
                .setLocation(LoopbackCloud.LOCATION)
                .setLabels(Map.of("run", "r1"))
                .setDefaultTableLifetime(6 * 3_600_000L)
                .build();
    }

    JobId jobId(String name) {
        return JobId.newBuilder()
                .setProject(LoopbackCloud.PROJECT)
                .setLocation(LoopbackCloud.LOCATION)
                .setJob(name)
                .build();
    }

    static String uri(String object) {
        return "gs://" + BUCKET + "/" + object;
    }

    static LoadJobConfiguration load(String table, String object) {
        return LoadJobConfiguration.newBuilder(TableId.of(DATASET, table), uri(object), FormatOptions.parquet())
                .setWriteDisposition(JobInfo.WriteDisposition.WRITE_TRUNCATE)
                .setLabels(Map.of("run", "r1"))
                .setJobTimeoutMs(60_000L)
                .build();
    }

    static QueryJobConfiguration query(String sql) {
        return query(sql, builder -> builder);
    }

    static QueryJobConfiguration query(String sql, UnaryOperator<QueryJobConfiguration.Builder> more) {
        return more.apply(QueryJobConfiguration.newBuilder(sql)
                        .setUseLegacySql(false)
                        .setUseQueryCache(false))
                .build();
    }

    static String export(String prefix, String select) {
        return "EXPORT DATA OPTIONS(uri='" + uri(prefix + "part-*.parquet")
                + "', format='PARQUET', compression='SNAPPY', overwrite=false) AS\n" + select;
    }

    static String path(String table) {
        return "`" + LoopbackCloud.PROJECT + "`.`" + DATASET + "`.`" + table + "`";
    }

    /** Starts a job without waiting for it. */
    Job start(String id, JobConfiguration configuration) {
        return bigQuery.create(
                JobInfo.newBuilder(configuration).setJobId(jobId(id)).build());
    }

    /** Runs a job to its end, which may be an error. */
    Job run(JobConfiguration configuration) {
        String id = "job-" + jobs++;
        start(id, configuration);
        return await(id);
    }

    Job await(String id) {
        long begun = System.nanoTime();
        while (System.nanoTime() - begun < LONGEST_WAIT.toNanos()) {
            Job job = bigQuery.getJob(jobId(id));
            if (job.getStatus().getState().equals(JobStatus.State.DONE)) {
                return job;
            }
            try {
                Thread.sleep(2);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
        throw new IllegalStateException(id + " has not ended: " + cloud.jobs());
    }

    /** Runs a job that is to end well. */
    <S extends com.google.cloud.bigquery.JobStatistics> S succeed(JobConfiguration configuration) {
        Job job = run(configuration);
        assertThat(job.getStatus().getError()).isNull();
        return job.getStatistics();
    }

    /** Makes a table of the rows of a query in DuckDB's SQL, through a file, an object and a load job. */
    void table(String name, String select) {
        upload("in/" + name + ".parquet", file(name, select));
        succeed(load(name, "in/" + name + ".parquet"));
    }

    /** Downloads the objects below a prefix, in the order of their names, and returns their files. */
    List<Path> download(String prefix) {
        List<Path> files = new ArrayList<>();
        for (Blob blob :
                storage.list(BUCKET, Storage.BlobListOption.prefix(prefix)).iterateAll()) {
            Path file = folder.resolve("shard-" + files.size() + "-" + System.nanoTime() + ".parquet");
            storage.downloadTo(BlobId.of(BUCKET, blob.getName()), file);
            files.add(file);
        }
        return files;
    }

    static byte[] bytes(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
