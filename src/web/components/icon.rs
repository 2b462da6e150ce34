//! Our own icons: 20 units square, strokes of 1.5, drawn in the colour of the text. Decoration only: the words beside
//! them, or the label of their button, say what they mean.

use maud::{Markup, html};

/// An icon by what it stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Icon {
    Home,
    Clients,
    Deals,
    Tasks,
    Mail,
    Articles,
    Finance,
    Settings,
    Search,
    Plus,
    Check,
    Close,
    Edit,
    Trash,
    Undo,
    Phone,
    Office,
    Shield,
    Warning,
    Error,
    Info,
    ChevronDown,
    ArrowUp,
    ArrowDown,
    More,
    Copy,
    Upload,
    Key,
    Lock,
    SignOut,
    User,
    Users,
    Clock,
    Help,
}

/// The icon as inline SVG, hidden from screen readers.
pub(crate) fn icon(icon: Icon) -> Markup {
    html! {
        svg class="icon" viewBox="0 0 20 20" aria-hidden="true" focusable="false" { path d=(outline(icon)) {} }
    }
}

fn outline(icon: Icon) -> &'static str {
    match icon {
        Icon::Home => "M3 9.5 10 3.5l7 6M5 8.5V16.5h10V8.5M8.5 16.5v-4.5h3v4.5",
        Icon::Clients | Icon::Users => {
            "M7.5 9.5a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM2 16.5c0-2.8 2.2-4.5 5.5-4.5s5.5 1.7 5.5 4.5M13 3.7a3 3 0 0 1 0 5.6M15 12.3c1.9.6 3 2.1 3 4.2"
        }
        Icon::Deals => "M3 3.5h4v13H3zM8 3.5h4v8H8zM13 3.5h4v10.5h-4z",
        Icon::Tasks => "M3 5.5l1.5 1.5L7 4M3 13.5l1.5 1.5L7 12M10 5.5h7M10 13.5h7",
        Icon::Mail => "M2.5 4.5h15v11h-15zM3 5l7 6 7-6",
        Icon::Articles => {
            "M4 15.5V5a1.5 1.5 0 0 1 1.5-1.5H16v10H5.5a1.5 1.5 0 0 0 0 3H16v-3M7.5 7H12"
        }
        Icon::Finance => {
            "M2.5 5h15v10h-15zM10 12.3a2.3 2.3 0 1 0 0-4.6 2.3 2.3 0 0 0 0 4.6zM5 10h.01M15 10h.01"
        }
        Icon::Settings => {
            "M10 12.8a2.8 2.8 0 1 0 0-5.6 2.8 2.8 0 0 0 0 5.6zM10 2.5v2M10 15.5v2M2.5 10h2M15.5 10h2M4.7 4.7l1.4 1.4M13.9 13.9l1.4 1.4M4.7 15.3l1.4-1.4M13.9 6.1l1.4-1.4"
        }
        Icon::Search => "M9 14.5a5.5 5.5 0 1 0 0-11 5.5 5.5 0 0 0 0 11zM13 13l4 4",
        Icon::Plus => "M10 4v12M4 10h12",
        Icon::Check => "M4 10.5l4 4 8-9",
        Icon::Close => "M5 5l10 10M15 5L5 15",
        Icon::Edit => "M3.5 16.5l.8-3.8L13.5 3.5l3 3-9.2 9.2zM11.5 5.5l3 3",
        Icon::Trash => "M3.5 5.5h13M8 5V3.5h4V5M5 5.5l.8 11h8.4l.8-11M8.5 8.5v5M11.5 8.5v5",
        Icon::Undo => "M7 4L3.5 7.5 7 11M3.5 7.5H12a4.2 4.2 0 0 1 0 8.5H8",
        Icon::Phone => {
            "M4 3.5h3l1.5 4-2 1.5a9 9 0 0 0 4.5 4.5l1.5-2 4 1.5v3c0 .6-.4 1-1 1A13 13 0 0 1 3 4.5c0-.6.4-1 1-1z"
        }
        Icon::Office => "M3.5 16.5v-13h8v13M11.5 8h5v8.5M2 16.5h16M6 7h3M6 10h3M6 13h3M14 11v2.5",
        Icon::Shield => {
            "M10 2.5l6.5 2.3v5c0 3.9-2.7 6.4-6.5 7.7-3.8-1.3-6.5-3.8-6.5-7.7v-5zM7 10l2.2 2.2L13 8"
        }
        Icon::Warning => "M10 3l7.5 13.5h-15zM10 8v4M10 14.2v.1",
        Icon::Error => "M10 17.5a7.5 7.5 0 1 0 0-15 7.5 7.5 0 0 0 0 15zM10 6v5M10 13.7v.1",
        Icon::Info => "M10 17.5a7.5 7.5 0 1 0 0-15 7.5 7.5 0 0 0 0 15zM10 9.2V14M10 6.3v.1",
        Icon::ChevronDown => "M5.5 8l4.5 4.5L14.5 8",
        Icon::ArrowUp => "M10 16V4M5.5 8.5L10 4l4.5 4.5",
        Icon::ArrowDown => "M10 4v12M5.5 11.5L10 16l4.5-4.5",
        Icon::More => {
            "M4.5 9.5a.5.5 0 1 0 0 1 .5.5 0 0 0 0-1zM10 9.5a.5.5 0 1 0 0 1 .5.5 0 0 0 0-1zM15.5 9.5a.5.5 0 1 0 0 1 .5.5 0 0 0 0-1z"
        }
        Icon::Copy => "M7 7h9.5v9.5H7zM4.5 13h-1V3.5H13v1",
        Icon::Upload => "M10 13V3.5M6 7l4-4 4 4M3.5 16.5h13",
        Icon::Key => "M7 16.5a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM9.5 10.5l7-7M13.5 6.5l2.5 2.5",
        Icon::Lock => "M4.5 9h11v7.5h-11zM7 9V6.5a3 3 0 0 1 6 0V9",
        Icon::SignOut => "M8 3.5H3.5v13H8M8.5 10h8.5M13.5 6.5L17 10l-3.5 3.5",
        Icon::User => {
            "M10 10a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM3.5 17c0-3 2.5-4.8 6.5-4.8s6.5 1.8 6.5 4.8"
        }
        Icon::Clock => "M10 17.5a7.5 7.5 0 1 0 0-15 7.5 7.5 0 0 0 0 15zM10 6v4.2l2.8 1.8",
        Icon::Help => {
            "M10 17.5a7.5 7.5 0 1 0 0-15 7.5 7.5 0 0 0 0 15zM8 8a2 2 0 1 1 2.8 1.8c-.5.3-.8.7-.8 1.4M10 14v.1"
        }
    }
}
