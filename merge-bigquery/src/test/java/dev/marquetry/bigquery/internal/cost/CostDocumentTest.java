/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.bigquery.internal.cost;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marquetry.CostItem;
import dev.marquetry.MemorySize;
import dev.marquetry.bigquery.internal.sql.Group;
import dev.marquetry.bigquery.internal.sql.GroupLimits;
import dev.marquetry.bigquery.internal.sql.GroupSql;
import dev.marquetry.bigquery.internal.sql.Groups;
import dev.marquetry.bigquery.internal.sql.Plans;
import dev.marquetry.local.remote.RemoteFile;
import dev.marquetry.local.remote.RemotePlan;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The figures of docs/COST.md are those that the code works out. */
class CostDocumentTest {
    private static final Path DOCUMENT = Path.of("..", "docs", "COST.md");
    private static final Prices PRICES = new Prices(
            LocalDate.of(2026, 11, 21),
            new BigDecimal("6.25"),
            new BigDecimal("0.02"),
            new BigDecimal("0.02"),
            new BigDecimal("0.005"),
            new BigDecimal("0.0004"),
            new BigDecimal("0.12"));

    /** What a file of 25 columns of 100,000 random doubles has in Snappy. */
    private static final long FILE_BYTES = 20_700_000;

    @ParameterizedTest
    @ValueSource(ints = {100_000, 177_748})
    void document_hasTheFiguresOfTheCode(int rows) throws IOException {
        RemotePlan plan = plan(rows);
        List<Group> groups = Groups.of(plan, GroupLimits.DEFAULT, new GroupSql("project", "dataset", "o", true));
        CostComparison comparison = CostComparison.of(plan, groups, 57, 50, PRICES);
        String document = Files.readString(DOCUMENT);

        assertThat(document)
                .contains(String.format(
                        "| %,d | column groups | %d | %s | $%s |",
                        rows, groups.size(), MemorySize.bytes(comparison.flatBytes()), cents(comparison.flatDollars())))
                .contains(String.format(
                        "| %,d | 50 tables at a time | %d | %s | $%s |",
                        rows, 15, MemorySize.bytes(comparison.iterativeBytes()), cents(comparison.iterativeDollars())));
    }

    @ParameterizedTest
    @ValueSource(ints = 100_000)
    void document_hasEveryItem(int rows) throws IOException {
        RemotePlan plan = plan(rows);
        List<Group> groups = Groups.of(plan, GroupLimits.DEFAULT, new GroupSql("project", "dataset", "o", true));
        List<CostItem> items = new Costs(PRICES).predicted(plan, groups);
        String document = Files.readString(DOCUMENT);

        for (CostItem item : items) {
            assertThat(document)
                    .contains("| " + item.name() + " | " + item.quantity() + " | $" + cents(item.dollars()) + " |");
        }
        assertThat(document).contains("| all | | $" + cents(CostItem.sum(items)) + " |");
    }

    private static RemotePlan plan(int rows) {
        RemotePlan numbers = Plans.numbers(rows, 667, 667 * 25);
        List<RemoteFile> files = numbers.features().stream()
                .map(file -> new RemoteFile(
                        file.index(),
                        file.uri(),
                        file.name(),
                        file.rows(),
                        FILE_BYTES * rows / 100_000,
                        file.columns(),
                        file.codecs()))
                .toList();
        return new RemotePlan(rows, false, files);
    }

    private static String cents(BigDecimal dollars) {
        return dollars.setScale(3, RoundingMode.HALF_UP).toPlainString();
    }
}
