/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.limits;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FigureFileTest {
    @TempDir
    Path folder;

    private final FigureFile figures = new FigureFile();

    @ParameterizedTest
    @CsvSource({
        "1073741824, 1073741824",
        "0, 0",
        "max, 9223372036854775807",
        "9223372036854775807, 9223372036854775807",
        "9223372036854775808, 9223372036854775807",
        "18446744073709551615, 9223372036854775807",
        "banana, -1",
        "-1, -1",
        "'', -1",
        "ma, -1"
    })
    void number_isReadOrUnknown(String text, long number) throws IOException {
        assertThat(load(text + "\n")).isTrue();
        assertThat(figures.number()).isEqualTo(number);
    }

    @Test
    void label_isFoundOnlyAtTheBeginningOfALine() throws IOException {
        load("total_inactive_file 7\nactive_inactive_file 8\ninactive_file 9\n");
        assertThat(figures.after(FigureFile.label("inactive_file "))).isEqualTo(9);
    }

    @Test
    void labelAtTheVeryEnd_isUnknown() throws IOException {
        load("RssFile:\t5 kB\nRssAnon:");
        assertThat(figures.after(FigureFile.label("RssAnon:"))).isEqualTo(SystemProbe.UNKNOWN);
        assertThat(figures.after(FigureFile.label("RssFile:"))).isEqualTo(5);
        assertThat(figures.after(FigureFile.label("RssShmem:"))).isEqualTo(SystemProbe.UNKNOWN);
    }

    @Test
    void missingFile_leavesNothingOfTheOneBefore() throws IOException {
        load("12");
        assertThat(figures.load(folder.resolve("none").toFile())).isFalse();
        assertThat(figures.number()).isEqualTo(SystemProbe.UNKNOWN);
    }

    @Test
    void fileLargerThanTheBuffer_isReadAsFarAsItFits() throws IOException {
        load("first: 1\n" + "x".repeat(100_000) + "\nlast: 2\n");
        assertThat(figures.after(FigureFile.label("first:"))).isEqualTo(1);
        assertThat(figures.after(FigureFile.label("last:"))).isEqualTo(SystemProbe.UNKNOWN);
    }

    private boolean load(String text) throws IOException {
        return figures.load(Files.writeString(folder.resolve("figures"), text).toFile());
    }
}
