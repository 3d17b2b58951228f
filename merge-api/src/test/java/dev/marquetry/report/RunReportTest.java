/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.marquetry.MergeResult;
import dev.marquetry.MergeResult.FeatureMatch;
import dev.marquetry.MergeResult.RowMapKind;
import dev.marquetry.testkit.ScriptedStrategy;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import shaded.parquet.com.fasterxml.jackson.databind.JsonNode;
import shaded.parquet.com.fasterxml.jackson.databind.ObjectMapper;

class RunReportTest {
    private static final String HOSTILE =
            "</td><script>alert('x')</script>\"&amp;\u0000\u001b[31m\u202egnp\ud800\uffff\u0085é";

    /** Parses the page as XML, which checks that it is well-formed. */
    private static Document parse(String html) throws Exception {
        Document page = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(html.getBytes(StandardCharsets.UTF_8)));
        elements(page, "*").stream()
                .filter(element -> element.hasAttribute("id"))
                .forEach(element -> element.setIdAttribute("id", true));
        return page;
    }

    private static List<Element> elements(Document page, String tag) {
        NodeList nodes = page.getElementsByTagName(tag);
        List<Element> elements = new ArrayList<>();
        for (int i = 0; i < nodes.getLength(); i++) {
            elements.add((Element) nodes.item(i));
        }
        return elements;
    }

    private static Element byId(Document page, String id) {
        Element found = page.getElementById(id);
        assertThat(found).as(id).isNotNull();
        return found;
    }

    private static String figure(Document page, String id) {
        return byId(page, id).getAttribute("value");
    }

    private static List<List<String>> cells(Element table) {
        List<List<String>> rows = new ArrayList<>();
        NodeList trs = table.getElementsByTagName("tr");
        for (int r = 0; r < trs.getLength(); r++) {
            List<String> cells = new ArrayList<>();
            NodeList all = trs.item(r).getChildNodes();
            for (int c = 0; c < all.getLength(); c++) {
                cells.add(all.item(c).getTextContent().strip());
            }
            rows.add(cells);
        }
        return rows;
    }

    private static JsonNode json(RunReport report) throws IOException {
        return new ObjectMapper().readTree(report.toJson());
    }

    @Test
    void page_hasTheFiguresOfTheMerge() throws Exception {
        RunReport report = Night.single("audusd");
        MergeResult result = report.merges().get(0).result().orElseThrow();
        Document page = parse(report.toHtml());
        assertThat(figure(page, "m1-rows")).isEqualTo("100000");
        assertThat(figure(page, "m1-columns")).isEqualTo("16684");
        assertThat(figure(page, "m1-input")).isEqualTo("13400000000");
        assertThat(figure(page, "m1-output")).isEqualTo("13388000000");
        assertThat(figure(page, "m1-peak")).isEqualTo(String.valueOf(Night.PEAK));
        assertThat(figure(page, "m1-cost")).isEqualTo("0");
        assertThat(byId(page, "m1-chunks").getTextContent()).isEqualTo("Column chunks: 16,284 copied, 400 gathered.");
        assertThat(byId(page, "verdict").getTextContent()).contains("The output is there", "11 files with absent");
        assertThat(cells(byId(page, "m1-predicted")))
                .contains(
                        List.of("Memory", "220.0 MiB", "213.0 MiB", "97 %"),
                        List.of("Bytes written", "12.5 GiB", "12.5 GiB", "100 %"));
        assertThat(cells(byId(page, "m1-attempts")).get(1)).startsWith("local-arrow", "succeeded");
        assertThat(result.fileMoves()).hasSize(668);
    }

    @Test
    void everyFile_isARowInRequestOrder_andThoseThatLackRowsStandOut() throws Exception {
        RunReport report = Night.single("audusd");
        MergeResult result = report.merges().get(0).result().orElseThrow();
        Element table = byId(parse(report.toHtml()), "m1-files");
        List<List<String>> rows = cells(table);
        assertThat(rows).hasSize(1 + 668);
        assertThat(rows.get(1)).startsWith("1", "targets.parquet (spine)", "–");
        for (int f = 0; f < Night.FEATURE_FILES; f++) {
            FeatureMatch match = result.featureMatches().get(f);
            assertThat(rows.get(f + 2).subList(1, 9))
                    .containsExactly(
                            match.file(),
                            match.kind().name().toLowerCase(Locale.ROOT),
                            Html.grouped(match.rows()),
                            Html.grouped(match.matchedRows()),
                            Html.grouped(match.absentRows()),
                            Html.grouped(match.extraRows()),
                            Html.grouped(match.duplicateRows()),
                            Html.grouped(match.nullKeyRows()));
        }
        assertThat(rows.get(41).subList(9, 15)).endsWith("0", "0", "0", "25", "210 ms");
        NodeList trs = table.getElementsByTagName("tr");
        for (int r = 2; r < trs.getLength(); r++) {
            FeatureMatch match = result.featureMatches().get(r - 2);
            boolean lacks = match.absentRows() + match.duplicateRows() + match.nullKeyRows() > 0;
            assertThat(((Element) trs.item(r)).getAttribute("class")).isEqualTo(lacks ? "flagged" : "");
        }
        assertThat(elements(parse(report.toHtml()), "th"))
                .allSatisfy(th -> assertThat(th.getAttribute("scope")).isIn("row", "col"));
    }

    @Test
    void charts_areTitledAndDescribed_andTellTheirPeaks() throws Exception {
        Document page = parse(Night.single("audusd").toHtml());
        for (String chart : List.of("m1-memory", "m1-free-memory", "m1-throughput", "m1-free-disk")) {
            byId(page, chart);
            assertThat(byId(page, chart + "-t").getTextContent()).isNotBlank();
            assertThat(byId(page, chart + "-d").getTextContent()).contains("Over ");
        }
        assertThat(byId(page, "m1-memory-d").getTextContent())
                .contains("limit, 256.0 MiB", "merge's own memory, most 213.0 MiB", "heap", "RssAnon");
        assertThat(elements(page, "path").stream()
                        .filter(path -> path.getAttribute("class").equals("line own")))
                .anySatisfy(path ->
                        assertThat(path.getAttribute("d")).startsWith("M0.0 ").contains("L"));
    }

    @Test
    void batchOf27_tellsWhichFailedAndWhy() throws Exception {
        RunReport report = Night.batch();
        Document page = parse(report.toHtml());
        assertThat(byId(page, "verdict").getTextContent())
                .contains("2 of 27 outputs are not there", "cadchf: 2 problems", "eurnzd: free disk limit");
        assertThat(figure(page, "total-done")).isEqualTo("25");
        assertThat(figure(page, "total-failed")).isEqualTo("2");
        assertThat(figure(page, "total-cost")).isEqualTo("0.0812");
        assertThat(figure(page, "total-bytes")).isEqualTo(String.valueOf(25 * 13_388_000_000L));
        List<List<String>> overview = cells(byId(page, "overview"));
        assertThat(overview).hasSize(28);
        assertThat(overview.stream().skip(1).map(row -> row.get(0))).containsExactlyElementsOf(Night.PAIRS);
        assertThat(overview.get(6))
                .startsWith("cadchf", "✗ failed")
                .last()
                .asString()
                .contains("<4 bytes & less>");
        assertThat(overview.get(19)).startsWith("gbpjpy", "✓ done", "bigquery").contains("$0.09");
        int failed = Night.PAIRS.indexOf("eurnzd") + 1;
        assertThat(byId(page, "m" + failed + "-failure").getTextContent())
                .contains("LimitBreachException", "feat_0417_<rsi & \"macd\">.parquet");
        assertThat(figure(page, "m" + failed + "-breach-limit")).isEqualTo(String.valueOf(20L << 30));
        assertThat(figure(page, "m" + failed + "-breach-observed")).isEqualTo(String.valueOf(19L << 30));
        byId(page, "m" + failed + "-memory"); // samples until then
        int cloud = Night.PAIRS.indexOf("gbpjpy") + 1;
        assertThat(cells(byId(page, "m" + cloud + "-attempts")))
                .extracting(row -> row.get(0) + " " + row.get(1))
                .containsExactly("Strategy Outcome", "local-arrow skipped", "bigquery succeeded");
        assertThat(byId(page, "m" + cloud + "-samples").getTextContent()).contains("not known");
        for (Element link : elements(page, "a")) {
            byId(page, link.getAttribute("href").substring(1));
        }
    }

    @Test
    void page_loadsNothingAndRunsNothing() throws Exception {
        for (RunReport report : List.of(Night.single("audusd"), Night.batch())) {
            String html = report.toHtml();
            assertThat(html.toLowerCase(Locale.ROOT))
                    .doesNotContain("<script", "http:", "https:", "javascript:", "@import", "url(");
            Document page = parse(html);
            assertThat(page.getDocumentElement().getAttribute("lang")).isEqualTo("en");
            assertThat(elements(page, "title").get(0).getTextContent()).isNotBlank();
            Set<String> ids = new HashSet<>();
            for (Element element : elements(page, "*")) {
                assertThat(element.getAttribute("src")).isEmpty();
                assertThat(element.getAttribute("href")).matches("(#.*)?");
                assertThat(element.getAttribute("id").isEmpty() || ids.add(element.getAttribute("id")))
                        .isTrue();
                assertThat(element.getTagName()).isNotIn("link", "img", "iframe", "object", "form");
                for (int a = 0; a < element.getAttributes().getLength(); a++) {
                    assertThat(element.getAttributes().item(a).getNodeName()).doesNotStartWith("on");
                }
            }
        }
    }

    @Test
    void hostileNamesAndMessages_areTextOnly() throws Exception {
        MergeRecorder recorder = new MergeRecorder();
        MergeResult result = MergeResult.of(HOSTILE, Night.request("audusd").output())
                .featureMatches(List.of(new FeatureMatch(HOSTILE, RowMapKind.ORDERED, 1, 1, 1, 0, 0, 0)))
                .warnings(List.of(HOSTILE))
                .build();
        recorder.around(ScriptedStrategy.named(HOSTILE)
                        .estimating(estimate -> estimate.check(HOSTILE, false, HOSTILE))
                        .returning(result))
                .merge(Night.request("audusd"));
        assertThatThrownBy(
                        () -> recorder.around(ScriptedStrategy.named("x").throwing(new IllegalStateException(HOSTILE)))
                                .merge(Night.request("eurusd")))
                .isInstanceOf(IllegalStateException.class);
        String html = recorder.report().toHtml();
        assertThat(html).doesNotContain("<script", "\u202e", "\u001b", "\u0000", "\u0085");
        String shown = "</td><script>alert('x')</script>\"&amp;␀␛[31m\ufffdgnp\ufffd\ufffd\ufffdé";
        Document page = parse(html);
        assertThat(elements(page, "th")).extracting(Element::getTextContent).contains(shown);
        assertThat(byId(page, "m1-warnings").getTextContent()).contains(shown);
        assertThat(byId(page, "m2-failure").getTextContent()).contains(shown);
        assertThat(json(recorder.report()).at("/merges/0/warnings/0").textValue())
                .isEqualTo(HOSTILE);
    }

    @Test
    void json_hasTheContentOfThePage() throws Exception {
        RunReport report = Night.batch();
        JsonNode json = json(report);
        assertThat(json.get("allDone").booleanValue()).isFalse();
        assertThat(json.at("/counts/DONE").intValue()).isEqualTo(25);
        assertThat(json.at("/counts/FAILED").intValue()).isEqualTo(2);
        assertThat(json.get("merges")).hasSize(27);
        JsonNode first = json.at("/merges/0");
        assertThat(first.get("name").textValue()).isEqualTo("audcad");
        assertThat(first.at("/result/outputBytes").longValue()).isEqualTo(13_388_000_000L);
        assertThat(first.at("/estimate/amounts/MEMORY").longValue()).isEqualTo(220L << 20);
        assertThat(first.get("files")).hasSize(668);
        assertThat(first.at("/files/40/chunks/GATHERED").intValue()).isEqualTo(25);
        assertThat(first.at("/files/61/absentRows").longValue()).isPositive();
        assertThat(first.at("/flaggedFiles").intValue()).isEqualTo(11);
        List<SamplePoint> points = report.merges().get(0).points();
        assertThat(first.get("samples")).hasSameSizeAs(points);
        assertThat(first.at("/samples/9/memoryBytes").longValue())
                .isEqualTo(points.get(9).memoryBytes());
        JsonNode failed = json.get("merges").get(Night.PAIRS.indexOf("eurnzd"));
        assertThat(failed.at("/failure/breach/resource").textValue()).isEqualTo("DISK");
        assertThat(failed.at("/failure/breach/limit").longValue()).isEqualTo(20L << 30);
        assertThat(failed.at("/failure/type").textValue()).isEqualTo("LimitBreachException");
        assertThat(failed.get("result").isNull()).isTrue();
        assertThat(json.get("merges")
                        .get(Night.PAIRS.indexOf("nzdjpy"))
                        .at("/warnings/0")
                        .textValue())
                .isEqualTo("memory came to 94 % of its limit");
    }

    @Test
    void whatIsNotKnown_isSaidSo() throws Exception {
        MergeRecorder recorder = new MergeRecorder();
        recorder.around(ScriptedStrategy.named("silent")).merge(Night.request("audusd"));
        Document page = parse(recorder.report().toHtml());
        assertThat(byId(page, "m1-samples").getTextContent()).contains("Not known: nobody took samples");
        assertThat(byId(page, "m1").getTextContent()).contains("Nothing is known of single files.");
        assertThat(cells(byId(page, "m1-predicted"))).contains(List.of("Memory", "not known", "not known", ""));
        assertThat(byId(page, "verdict").getTextContent()).contains("All is well");
        assertThat(parse(new MergeRecorder().report().toHtml())
                        .getDocumentElement()
                        .getTextContent())
                .contains("Nothing was merged");
        assertThat(new MergeRecorder().report().allDone()).isFalse();
    }

    @Test
    void written_inOneStepOverAnEarlierOne_alsoByAnInterruptedThread(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("r.html"), "earlier");
        RunReport report = Night.single("eurusd");
        Thread.currentThread().interrupt();
        report.writeHtml(file);
        report.writeJson(folder.resolve("r.json"));
        assertThat(Thread.interrupted()).isTrue();
        assertThat(Files.readString(file)).isEqualTo(report.toHtml());
        assertThat(Files.readString(folder.resolve("r.json"))).isEqualTo(report.toJson() + "\n");
        try (Stream<Path> all = Files.list(folder)) {
            assertThat(all).hasSize(2);
        }
    }

    @Test
    void folderThatIsNotThere_isNamed_andNothingIsLeft(@TempDir Path folder) {
        RunReport report = Night.single("eurusd");
        assertThatThrownBy(() -> report.writeHtml(folder.resolve("none").resolve("r.html")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("none");
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void scale_hasFewRoundSteps() {
        assertThat(Chart.step(539L << 20, 1024)).isEqualTo(128L << 20);
        assertThat(Chart.step(0, 1024)).isEqualTo(1);
        assertThat(Chart.step(895_000_000, 1000)).isEqualTo(200_000_000);
        assertThat(Chart.step(5, 1000)).isEqualTo(1);
        assertThat(Chart.step(12L << 30, 1024)).isEqualTo(4L << 30);
        assertThat(Chart.ticks(1)).containsExactly(0L, 1L);
        assertThat(Chart.ticks(20_400)).containsExactly(0L, 5_000L, 10_000L, 15_000L, 20_000L);
    }
}
