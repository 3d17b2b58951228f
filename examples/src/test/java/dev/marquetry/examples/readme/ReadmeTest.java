/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.examples.readme;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marquetry.MergeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The README quotes compiled and tested code, byte for byte. */
class ReadmeTest {
    private static final Path README = Path.of("..", "README.md");
    private static final Pattern QUOTE =
            Pattern.compile("<!-- snippet: ([a-z-]+) -->\n```java\n(.*?\n)```\n", Pattern.DOTALL);
    private static final Pattern REGION =
            Pattern.compile("^ *// tag::([a-z-]+)\n(.*?\n) *// end::\\1\n", Pattern.DOTALL | Pattern.MULTILINE);

    private static Map<String, String> quotes() throws IOException {
        Map<String, String> quotes = new LinkedHashMap<>();
        Matcher matcher = QUOTE.matcher(Files.readString(README));
        while (matcher.find()) {
            assertThat(quotes.put(matcher.group(1), matcher.group(2)))
                    .as("quoted twice")
                    .isNull();
        }
        return quotes;
    }

    private static Map<String, String> regions() throws IOException {
        List<Path> sources;
        try (Stream<Path> walk = Files.walk(Path.of("src"))) {
            sources = walk.filter(file -> file.toString().endsWith(".java")).toList();
        }
        Map<String, String> regions = new LinkedHashMap<>();
        for (Path source : sources) {
            Matcher matcher = REGION.matcher(Files.readString(source));
            while (matcher.find()) {
                // Without its last line end: an empty last line would count as one without indentation.
                String code = matcher.group(2).stripTrailing().stripIndent() + "\n";
                assertThat(regions.put(matcher.group(1), code))
                        .as("tagged twice")
                        .isNull();
            }
        }
        return regions;
    }

    @Test
    void everyQuote_isARegionByteForByte() throws IOException {
        Map<String, String> quotes = quotes();
        assertThat(quotes).isNotEmpty().containsExactlyInAnyOrderEntriesOf(regions());
    }

    @Test
    void everyJavaBlock_isAQuote() throws IOException {
        long blocks = Files.readString(README).lines().filter("```java"::equals).count();
        assertThat(blocks).isEqualTo(quotes().size());
    }

    @Test
    void everyClassInTheTableOfExceptions_exists() throws IOException {
        Matcher matcher = Pattern.compile("`([A-Z][A-Za-z]+Exception)`").matcher(Files.readString(README));
        List<String> names = new ArrayList<>();
        while (matcher.find()) {
            names.add(matcher.group(1));
        }
        List<String> permitted = Stream.of(MergeException.class.getPermittedSubclasses())
                .map(Class::getSimpleName)
                .collect(Collectors.toList());
        assertThat(names).containsAll(permitted);
        permitted.addAll(List.of("MergeException", "IllegalArgumentException", "IllegalStateException"));
        assertThat(permitted).containsAll(names);
    }
}
