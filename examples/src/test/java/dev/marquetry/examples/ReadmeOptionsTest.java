/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReadmeOptionsTest {
    @ParameterizedTest
    @ValueSource(strings = {"merge", "pairs", "plan", "compare", "validate", "sweep", "sample", "demo"})
    void everyOption_isInTheReadme(String command) throws IOException {
        String readme = Files.readString(Path.of("..", "README.md"));
        String help = CommandRun.of(new FakeEngine(), command, "--help").out();
        assertThat(Pattern.compile("--[a-z-]+").matcher(help).results().map(MatchResult::group))
                .filteredOn(option -> !option.equals("--help") && !option.equals("--version"))
                .allSatisfy(option -> assertThat(readme).contains(option));
        assertThat(readme).contains("`" + command);
    }
}
