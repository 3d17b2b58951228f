/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.cloudrun.loopback;

import com.google.api.gax.retrying.RetrySettings;
import com.google.cloud.NoCredentials;
import com.google.cloud.storage.Storage;
import com.google.cloud.storage.StorageOptions;
import dev.marquetry.cloudrun.worker.CloudRunWorker;
import dev.marquetry.gcs.call.Pace;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The process of {@link WarmContainers}: the worker, task after task or several at once, with a storage at the address given. */
public final class WarmWorker {
    private static final Map<String, Thread> RUNNING = new ConcurrentHashMap<>();

    private WarmWorker() {}

    /** Returns a client of the storage at {@code host}, which retries nothing by itself. */
    public static Storage storage(String host) {
        return StorageOptions.newBuilder()
                .setProjectId("loopback-project")
                .setHost(host)
                .setCredentials(NoCredentials.getInstance())
                .setRetrySettings(RetrySettings.newBuilder().setMaxAttempts(1).build())
                .build()
                .getService();
    }

    /** Returns a worker that waits as little as it can between four tries. */
    public static CloudRunWorker worker(String host, Map<String, String> environment) {
        return new CloudRunWorker(storage(host), environment, new Pace(Duration.ofMillis(1), Duration.ofMillis(20), 4));
    }

    public static void main(String[] args) throws IOException {
        PrintStream answers = System.out;
        System.setOut(System.err);
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            List<String> words = WarmContainers.words(line);
            String id = words.get(1);
            if (words.get(0).equals("stop")) {
                Thread task = RUNNING.get(id);
                if (task != null) {
                    task.interrupt();
                }
                continue;
            }
            int arguments = Integer.parseInt(words.get(2));
            Map<String, String> environment = new HashMap<>();
            for (String variable : words.subList(3 + arguments, words.size())) {
                int equals = variable.indexOf('=');
                environment.put(variable.substring(0, equals), variable.substring(equals + 1));
            }
            Thread task = new Thread(() -> {
                int exitCode = 1;
                try {
                    exitCode = worker(args[0], environment).run(words.subList(3, 3 + arguments));
                } finally {
                    RUNNING.remove(id);
                    synchronized (answers) {
                        answers.println(id + " " + exitCode);
                    }
                }
            });
            RUNNING.put(id, task);
            task.start();
        }
    }
}
