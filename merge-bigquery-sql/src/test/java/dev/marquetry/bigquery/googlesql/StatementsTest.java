/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.bigquery.googlesql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.zetasql.SqlException;
import com.google.zetasql.Value;
import com.google.zetasql.resolvedast.ResolvedNodes.ResolvedExportDataStmt;
import com.google.zetasql.resolvedast.ResolvedNodes.ResolvedLiteral;
import com.google.zetasql.resolvedast.ResolvedNodes.ResolvedOption;
import dev.marquetry.bigquery.internal.sql.Group;
import dev.marquetry.bigquery.internal.sql.GroupLimits;
import dev.marquetry.bigquery.internal.sql.GroupSql;
import dev.marquetry.bigquery.internal.sql.Groups;
import dev.marquetry.local.remote.RemoteColumn;
import dev.marquetry.local.remote.RemoteFile;
import dev.marquetry.local.remote.RemotePlan;
import dev.marquetry.local.remote.RemoteType;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Google's SQL engine takes every statement that a merge sends. */
class StatementsTest {
    private static final String URI_OF_SHARDS = "gs://bucket/staging/run/g000/a0/part-*.parquet";

    @BeforeAll
    static void loadEngine() {
        SqlEngine.assumeItRuns();
    }

    /** Returns a plan of files of such columns, their types in turn. */
    private static RemotePlan plan(int files, int columns, boolean hasKey) {
        List<RemoteFile> features = new ArrayList<>();
        int output = 1;
        for (int f = 1; f <= files; f++) {
            List<RemoteColumn> ofFile = new ArrayList<>();
            for (int c = 0; c < columns; c++, output++) {
                RemoteType type = RemoteType.values()[output % RemoteType.values().length];
                ofFile.add(new RemoteColumn(output, f, "rsi\u0000`'\\" + c, type, 100, 800));
            }
            features.add(
                    new RemoteFile(f, URI.create("file:///f" + f), "f" + f, 100, 100_000, ofFile, List.of("SNAPPY")));
        }
        return new RemotePlan(100, hasKey, features);
    }

    private static SqlEngine engine(RemotePlan plan, String project, String dataset) {
        SqlEngine engine = new SqlEngine(project, dataset);
        Map<String, RemoteType> spine = new LinkedHashMap<>(Map.of(RemotePlan.ROW, RemoteType.INTEGER));
        if (plan.hasKey()) {
            spine.put(RemotePlan.KEY, RemoteType.INTEGER);
        }
        engine.add(GroupSql.SPINE, spine, List.of());
        for (RemoteFile file : plan.features()) {
            Map<String, RemoteType> columns = new LinkedHashMap<>(Map.of(RemotePlan.ROW, RemoteType.INTEGER));
            file.columns().forEach(column -> columns.put(column.stagedName(), column.type()));
            engine.add(GroupSql.table(file.index()), columns, List.of());
        }
        return engine;
    }

    private static void assertAllAreTaken(RemotePlan plan, String project, String dataset, boolean ordered) {
        SqlEngine engine = engine(plan, project, dataset);
        GroupSql sql = new GroupSql(project, dataset, plan.spineColumn(), ordered);
        List<Group> groups = Groups.of(plan, GroupLimits.DEFAULT, sql);
        for (Group group : groups) {
            List<String> expected = Stream.concat(
                            Stream.of(RemotePlan.ROW), group.columns().stream().map(RemoteColumn::stagedName))
                    .toList();
            assertThat(engine.columns(sql.select(group))).as(group.toString()).isEqualTo(expected);
            engine.analyze(sql.export(group, URI_OF_SHARDS));
            for (Group half : group.isDivisible() ? group.split() : List.<Group>of()) {
                engine.analyze(sql.export(half, URI_OF_SHARDS));
            }
        }
        assertThat(groups).isNotEmpty();
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "2, 3", "20, 25", "50, 25", "50, 40", "120, 25", "1, 6000"})
    void groupsOfManyFilesAndColumns_areTaken(int files, int columns) {
        assertAllAreTaken(plan(files, columns, false), "my-project", "marquetry_run", true);
    }

    @ParameterizedTest
    @CsvSource({"false, false", "true, true", "true, false"})
    void spinesWithKeys_andUnsortedExports_areTaken(boolean hasKey, boolean ordered) {
        assertAllAreTaken(plan(50, 25, hasKey), "my-project", "marquetry_run", ordered);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a-1", "example.com:my-project", "select", "ünïcode", "9lives"})
    void projectsOfAnyName_areTaken(String project) {
        assertAllAreTaken(plan(3, 4, false), project, "marquetry_run", true);
    }

    @ParameterizedTest
    @ValueSource(strings = {"_run", "order", "1st", "a-dash"})
    void datasetsOfAnyName_areTaken(String dataset) {
        assertAllAreTaken(plan(3, 4, false), "my-project", dataset, true);
    }

    @ParameterizedTest
    @ValueSource(strings = {"it's", "back\\slash", "new\nline", "quote\"", "`tick`", "üni", "\u0007", "a\\'b\\"})
    void addressesWithAnyCharacter_arriveAsTheyAre(String folder) {
        RemotePlan plan = plan(2, 2, false);
        GroupSql sql = new GroupSql("p", "d", plan.spineColumn(), true);
        Group group = Groups.of(plan, GroupLimits.DEFAULT, sql).get(0);
        String address = "gs://bucket/" + folder + "/part-*.parquet";
        ResolvedExportDataStmt export = (ResolvedExportDataStmt)
                engine(plan, "p", "d").analyze(sql.export(group, address)).orElseThrow();
        Map<String, Value> options = new LinkedHashMap<>();
        for (ResolvedOption option : export.getOptionList()) {
            options.put(option.getName(), ((ResolvedLiteral) option.getValue()).getValue());
        }
        assertThat(options)
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "uri", Value.createStringValue(address),
                        "format", Value.createStringValue("PARQUET"),
                        "compression", Value.createStringValue("SNAPPY"),
                        "overwrite", Value.createBoolValue(false)));
    }

    @Test
    void statementsThatAskForWhatIsNotThere_areRefused() {
        RemotePlan plan = plan(50, 25, false);
        SqlEngine engine = engine(plan, "p", "d");
        GroupSql sql = new GroupSql("p", "d", RemotePlan.KEY, true); // the spine of this plan has no key
        Group group = Groups.of(plan, GroupLimits.DEFAULT, sql).get(0);
        assertThatThrownBy(() -> engine.columns(sql.select(group)))
                .isInstanceOf(SqlException.class)
                .hasMessageContaining("Name k not found inside s");
        assertThatThrownBy(() -> engine.analyze(sql.export(group, URI_OF_SHARDS)))
                .isInstanceOf(SqlException.class)
                .hasMessageContaining("Name k not found inside s");
    }
}
