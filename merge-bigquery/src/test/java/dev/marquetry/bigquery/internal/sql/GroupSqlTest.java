/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.bigquery.internal.sql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marquetry.local.remote.RemoteColumn;
import dev.marquetry.local.remote.RemoteType;
import java.util.List;
import org.junit.jupiter.api.Test;

class GroupSqlTest {
    private static final Group GROUP = new Group(
            "g000",
            List.of(
                    new RemoteColumn(57, 1, "a", RemoteType.INTEGER, 1, 1),
                    new RemoteColumn(58, 2, "`; DROP", RemoteType.BYTES, 1, 1),
                    new RemoteColumn(59, 2, "b", RemoteType.BYTES, 1, 1)));

    @Test
    void export_isThisText() {
        assertThat(new GroupSql("p", "d", "o", true).export(GROUP, "gs://b/x/part-*.parquet"))
                .isEqualTo("""
                        EXPORT DATA OPTIONS(uri='gs://b/x/part-*.parquet', format='PARQUET', compression='SNAPPY', overwrite=false) AS
                        SELECT s.`o`, f00001.`c57`, f00002.`c58`, f00002.`c59`
                        FROM `p`.`d`.`spine` AS s
                        LEFT JOIN `p`.`d`.`f00001` AS f00001 ON f00001.`o` = s.`o`
                        LEFT JOIN `p`.`d`.`f00002` AS f00002 ON f00002.`o` = s.`o`
                        ORDER BY s.`o`""");
    }

    @Test
    void spineWithDuplicates_isJoinedByItsKey_andNeedNotBeOrdered() {
        assertThat(new GroupSql("p", "d", "k", false).select(GROUP))
                .contains("ON f00001.`o` = s.`k`")
                .startsWith("SELECT s.`o`")
                .doesNotContain("ORDER BY");
    }

    @Test
    void namesAndAddresses_areEscaped() {
        GroupSql sql = new GroupSql("example.com:p`q", "d\\e", "o", false);
        assertThat(sql.export(GROUP, "gs://b/it's\\a\n*"))
                .contains("`example.com:p\\`q`.`d\\\\e`.`spine`")
                .contains("uri='gs://b/it\\'s\\\\a\\x0a*'");
    }
}
