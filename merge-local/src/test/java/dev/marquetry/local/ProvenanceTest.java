/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marquetry.MergeRequest;
import dev.marquetry.MergeRequest.NameClash;
import dev.marquetry.ResourceLimits;
import dev.marquetry.testkit.Fixtures;
import dev.marquetry.testkit.Table;
import dev.marquetry.testkit.Tables;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The footer says where every column comes from, and carries of the spine's entries those that stay true. */
class ProvenanceTest {
    private static final Pattern ENTRY =
            Pattern.compile("\\{\"column\":\"(.*?)\",\"file\":\"(.*?)\",\"source\":\"(.*?)\"}");

    @TempDir
    Path root;

    private Folder folder;
    private Path spine;
    private Path rsi;
    private Path macd;

    @BeforeEach
    void writeInputs() throws IOException {
        folder = Folder.in(root);
        Path in = root.resolve("in");
        spine = Fixtures.table("targets")
                .key("ts", 1, 2, 3)
                .column("target", 1.5, 2.5, null)
                .metadata("ARROW:schema", "/////w==")
                .metadata("geo", "{\"columns\": {}}")
                .metadata("org.apache.spark.sql.parquet.row.metadata", "{}")
                .metadata("marquetry.columns", "[]")
                .metadata("owner", "desk 7")
                .metadata("empty", "")
                .writeTo(in);
        rsi = Fixtures.table("rsi")
                .key("ts", 1, 2, 3)
                .column("close", 1.0, 2.0, 3.0)
                .column("say \"hi\" \\ \t", 1.0, 2.0, 3.0)
                .metadata("ARROW:schema", "/////w==")
                .metadata("pandas", "{}")
                .metadata("feature.note", "mine")
                .writeTo(in);
        macd = Fixtures.table("macd")
                .key("ts", 3, 1, 2)
                .column("close", 3.0, 1.0, 2.0)
                .column("signal", 3.0, 1.0, 2.0)
                .writeTo(in);
    }

    @Test
    void columns_nameFileAndSourceOfEachOutputColumn_prefixedOnesToo() {
        Table output = merged(request());
        List<List<String>> entries = new ArrayList<>();
        Matcher matcher = ENTRY.matcher(output.metadata().get("marquetry.columns"));
        while (matcher.find()) {
            entries.add(List.of(matcher.group(1), matcher.group(2), matcher.group(3)));
        }
        String quoted = "say \\\"hi\\\" \\\\ \\u0009";
        assertThat(entries)
                .containsExactly(
                        List.of("ts", "targets.parquet", "ts"),
                        List.of("target", "targets.parquet", "target"),
                        List.of("rsi__close", "rsi.parquet", "close"),
                        List.of(quoted, "rsi.parquet", quoted),
                        List.of("macd__close", "macd.parquet", "close"),
                        List.of("signal", "macd.parquet", "signal"));
        assertThat(output.columns())
                .containsExactly("ts", "target", "rsi__close", "say \"hi\" \\ \t", "macd__close", "signal");
    }

    @Test
    void columns_areOneJsonArrayWithNothingElseInIt() {
        String json = merged(request()).metadata().get("marquetry.columns");
        assertThat(ENTRY.matcher(json).replaceAll("#")).isEqualTo("[#,#,#,#,#,#]");
    }

    @Test
    void version_isThatOfTheWriter() {
        Table output = merged(request());
        String version = output.metadata().get("marquetry.version");
        assertThat(version).isNotBlank();
        assertThat(output.footer().getFileMetaData().getCreatedBy()).isEqualTo("marquetry version " + version);
    }

    @Test
    void fingerprint_isThatOfTheRequest() {
        MergeRequest request = request();
        assertThat(merged(request).metadata())
                .containsEntry("marquetry.fingerprint", request.fingerprint(request.featureFiles()));
    }

    @Test
    void fingerprint_differsForAnotherRequest() {
        String before = merged(request()).metadata().get("marquetry.fingerprint");
        MergeRequest fewer = MergeRequest.onKey("ts")
                .spine(spine)
                .features(macd)
                .writeTo(folder.output().resolveSibling("fewer.parquet"));
        assertThat(merged(fewer).metadata().get("marquetry.fingerprint"))
                .isNotBlank()
                .isNotEqualTo(before);
    }

    @Test
    void entriesOfTheSpine_areCarried_saveThoseThatDescribeItsSchema() {
        Map<String, String> metadata = merged(request()).metadata();
        assertThat(metadata)
                .containsEntry("owner", "desk 7")
                .containsEntry("empty", "")
                .containsOnlyKeys("owner", "empty", "marquetry.version", "marquetry.fingerprint", "marquetry.columns");
    }

    private MergeRequest request() {
        return MergeRequest.onKey("ts")
                .spine(spine)
                .features(rsi, macd)
                .onNameClash(NameClash.PREFIX)
                .writeTo(folder.output());
    }

    private static Table merged(MergeRequest request) {
        LocalArrowStrategy.within(ResourceLimits.builder().threads(2).build()).merge(request);
        return Tables.read(Path.of(request.output()));
    }
}
