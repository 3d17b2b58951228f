/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.examples;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The {@code marquetry} command. Its subcommands have a class each. */
@Command(
        name = "marquetry",
        versionProvider = Marquetry.Version.class,
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        header = "Merges hundreds of Parquet files into one wide file by key, inside a memory budget.",
        footer = {
            "",
            "Exit codes: 0 done, 1 failed, 2 usage or bad input, 3 a limit was or would be breached, 4 not all pairs are done, "
                    + "5 the output is not valid."
        })
public final class Marquetry implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    private Marquetry() {}

    /** Runs the command and exits with its code. */
    public static void main(String[] args) {
        int exitCode;
        try (Cancellation ignored = Cancellation.ofThisThread();
                SmallHeap small = SmallHeap.keep()) {
            exitCode = run(Console.standard(), LocalEngine::create, args);
        }
        System.exit(exitCode);
    }

    /** Runs the command and returns its exit code. */
    static int run(Console console, Engine engine, String... args) {
        try {
            return commandLine(console, engine, args).execute(args);
        } catch (Error e) { // picocli hands on exceptions only
            return report(Failure.of(e), console, args);
        } finally {
            console.out().flush();
            console.err().flush();
        }
    }

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(), "Missing command: merge, pairs, plan, compare, validate, sweep, sample or demo");
    }

    private static CommandLine commandLine(Console console, Engine engine, String... args) {
        Map<String, Supplier<Object>> commands = new LinkedHashMap<>();
        commands.put("merge", () -> new MergeCommand(console, engine));
        commands.put("pairs", () -> new PairsCommand(console, engine));
        commands.put("plan", () -> new PlanCommand(console, engine));
        commands.put("compare", () -> new CompareCommand(console, engine));
        commands.put("sweep", () -> new SweepCommand(console, engine));
        commands.put("validate", () -> new ValidateCommand(console));
        commands.put("sample", () -> new SampleCommand(console));
        commands.put("demo", () -> new DemoCommand(console, engine));
        CommandLine root = new CommandLine(new Marquetry());
        // Starting fast: with a command named, the others' classes are not even loaded.
        boolean named = args.length > 0 && commands.containsKey(args[0]);
        commands.forEach((name, command) -> {
            if (!named || name.equals(args[0])) {
                root.addSubcommand(name, command.get());
            }
        });
        return root.setCaseInsensitiveEnumValuesAllowed(true)
                .setOut(new PrintWriter(console.out(), true, StandardCharsets.UTF_8))
                .setErr(new PrintWriter(console.err(), true, StandardCharsets.UTF_8))
                .setParameterExceptionHandler((e, given) -> report(Failure.usage(e), console, given))
                .setExecutionExceptionHandler((e, command, parsed) -> report(
                        e instanceof ParameterException usage ? Failure.usage(usage) : Failure.of(e), console, args));
    }

    private static int report(Failure failure, Console console, String... args) {
        List<String> given = List.of(args);
        return failure.report(console, given.contains("--json"), given.contains("--verbose"));
    }

    /** Reads the version from the jar. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Marquetry.class.getPackage().getImplementationVersion();
            return new String[] {"marquetry " + Objects.requireNonNullElse(version, "(not packaged)")};
        }
    }
}
