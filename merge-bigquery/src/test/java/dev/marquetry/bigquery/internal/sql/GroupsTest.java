/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.bigquery.internal.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.marquetry.local.remote.RemoteColumn;
import dev.marquetry.local.remote.RemotePlan;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

class GroupsTest {
    private static final GroupSql SQL = new GroupSql("my-project", "marquetry_20261121t230000_0k3v9z", "o", true);

    private static List<Integer> outputs(List<Group> groups) {
        return groups.stream()
                .flatMap(group -> group.columns().stream())
                .map(RemoteColumn::output)
                .toList();
    }

    private static List<Integer> outputs(RemotePlan plan) {
        return plan.features().stream()
                .flatMap(file -> file.columns().stream())
                .map(RemoteColumn::output)
                .toList();
    }

    @Test
    void fullSizePair_makesFourteenGroups() {
        RemotePlan plan = Plans.numbers(100_000, 667, 16_732);
        List<Group> groups = Groups.of(plan, GroupLimits.DEFAULT, SQL);
        assertThat(groups).hasSize(14);
        assertThat(groups).extracting(Group::name).startsWith("g000", "g001").endsWith("g013");
        assertThat(groups).allMatch(group -> group.files().size() <= 50);
        assertThat(outputs(groups)).isEqualTo(outputs(plan));
    }

    @RepeatedTest(20)
    void groups_keepEveryLimit_andEveryColumnInOrder() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        RemotePlan plan = Plans.numbers(1 + random.nextInt(1_000), 1 + random.nextInt(60), random.nextInt(3_000));
        GroupLimits limits = new GroupLimits(
                1 + random.nextInt(20),
                1 + random.nextInt(400),
                4_000 + random.nextInt(40_000),
                50_000 + random.nextInt(900_000));
        List<Group> groups = Groups.of(plan, limits, SQL);
        assertThat(outputs(groups)).as("seed " + seed).isEqualTo(outputs(plan));
        for (Group group : groups) {
            assertThat(group.files()).as("seed " + seed).hasSizeLessThanOrEqualTo(limits.files());
            assertThat(group.columns()).as("seed " + seed).hasSizeLessThanOrEqualTo(limits.columns());
            assertThat(SQL.export(group, "gs://bucket/marquetry/20261121t230000-0k3v9z/g000/a0/part-*.parquet"))
                    .as("seed " + seed)
                    .hasSizeLessThanOrEqualTo(limits.sqlCharacters());
            assertThat(group.logicalBytes()).as("seed " + seed).isLessThanOrEqualTo(limits.logicalBytes());
        }
    }

    @Test
    void fileOfManyColumns_isInSeveralGroups() {
        RemotePlan plan = Plans.numbers(10, 2, 24_000);
        List<Group> groups = Groups.of(plan, GroupLimits.DEFAULT, SQL);
        assertThat(groups).hasSize(5);
        assertThat(groups)
                .extracting(Group::files)
                .containsExactly(List.of(1), List.of(1), List.of(1, 2), List.of(2), List.of(2));
    }

    @Test
    void columnOverALimit_isAGroupOfItsOwn() {
        RemotePlan plan = Plans.numbers(1_000, 1, 3);
        assertThat(Groups.of(plan, GroupLimits.DEFAULT.withLogicalBytes(1), SQL))
                .hasSize(3);
        assertThat(Groups.of(plan, GroupLimits.DEFAULT.withSqlCharacters(1), SQL))
                .hasSize(3);
    }

    @Test
    void noColumns_noGroups() {
        assertThat(Groups.of(Plans.numbers(5, 3, 0), GroupLimits.DEFAULT, SQL)).isEmpty();
        assertThat(Groups.of(new RemotePlan(5, false, List.of()), GroupLimits.DEFAULT, SQL))
                .isEmpty();
    }

    @Test
    void split_halvesFiles_thenColumns_downToOne() {
        Group group =
                Groups.of(Plans.numbers(10, 5, 23), GroupLimits.DEFAULT, SQL).get(0);
        List<Group> halves = group.split();
        assertThat(halves).extracting(Group::name).containsExactly("g000-0", "g000-1");
        assertThat(halves).extracting(Group::files).containsExactly(List.of(1, 2), List.of(3, 4, 5));
        List<Group> whole = new ArrayList<>(List.of(group));
        while (whole.stream().anyMatch(Group::isDivisible)) {
            whole = new ArrayList<>(whole.stream()
                    .flatMap(part -> part.isDivisible() ? part.split().stream() : java.util.stream.Stream.of(part))
                    .toList());
        }
        assertThat(outputs(whole)).isEqualTo(outputs(List.of(group)));
        assertThat(whole).hasSize(23).extracting(Group::name).doesNotHaveDuplicates();
        Group last = whole.get(0);
        assertThatThrownBy(last::split)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(last.name());
    }

    @Test
    void limitsBeyondBigQuerys_areRefused() {
        assertThatThrownBy(() -> GroupLimits.DEFAULT.withFiles(1_000)).hasMessageContaining("1000");
        assertThatThrownBy(() -> GroupLimits.DEFAULT.withColumns(10_000)).hasMessageContaining("10000");
        assertThatThrownBy(() -> GroupLimits.DEFAULT.withSqlCharacters(2_000_000))
                .hasMessageContaining("2000000");
        assertThatThrownBy(() -> GroupLimits.DEFAULT.withLogicalBytes(0)).hasMessageContaining("0");
    }
}
